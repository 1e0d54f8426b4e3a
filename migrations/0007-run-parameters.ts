import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How a sync reads, what a run was asked for, and what a run leaves for the next. */
export class RunParameters1763769600007 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(up);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(down);
  }
}

const up = `
alter table sync
  add column sync_only       boolean not null default false,
  add column read_window     text not null default 'period',
  add column watermark_at    text not null default 'periodEnd',
  add column read_from       timestamptz(3),
  add column changes_per_run integer,
  add constraint sync_only_names_no_models check (not sync_only or models is null),
  add constraint read_window_is_known check (read_window in ('period', 'previousDay', 'previousHour')),
  add constraint watermark_at_is_known check (watermark_at in ('periodEnd', 'runEnd')),
  add constraint changes_per_run_is_positive check (changes_per_run > 0);
grant update (read_from) on sync to meridian_dispatcher;
comment on column sync.sync_only is 'Reads the models whose changes the source does not announce, whichever they are.';
comment on column sync.read_from is 'Where the next run reads from, when that is not the start of its period.';
comment on column sync.changes_per_run is 'Most changes one run announces; null for all of them.';

alter table run
  add column sync_only      boolean not null default false,
  add column since          timestamptz(3),
  add column since_by       text,
  add column last_count     integer,
  add column last_by        text,
  add column rerun_of       text,
  add column caused_by      text,
  add column reason         text,
  add column partial        boolean not null default false,
  add column listed_at      timestamptz(3),
  add column awaiting_until timestamptz(3),
  add constraint run_models_or_sync_only check (not sync_only or models is null),
  add constraint since_and_its_field check ((since is null) = (since_by is null)),
  add constraint last_and_its_field check ((last_count is null) = (last_by is null)),
  add constraint since_by_is_known check (since_by in ('updated_at', 'created_at')),
  add constraint last_by_is_known check (last_by in ('updated_at', 'created_at')),
  add constraint last_count_is_positive check (last_count > 0),
  add constraint filtered_runs_cover_nothing check (period_id is null or (since is null and last_count is null)),
  add constraint only_running_awaits_an_answer check (awaiting_until is null or state = 'running');
comment on column run.since is 'Only records updated (or created) at or after this instant.';
comment on column run.last_count is 'Only the newest so many records of each model.';
comment on column run.rerun_of is 'The run it repeats.';
comment on column run.caused_by is 'The run whose completion made the caller ask for this one.';
comment on column run.partial is 'A part of its changes is left for the next run to announce.';
comment on column run.listed_at is 'When its source had been listed to the end.';
comment on column run.awaiting_until is 'Until when the client''s own code may take to answer; no job stands for the run meanwhile.';
create index runs_awaiting_an_answer on run (awaiting_until) where awaiting_until is not null;
`;

const down = `
alter table run
  drop column sync_only, drop column since, drop column since_by, drop column last_count, drop column last_by,
  drop column rerun_of, drop column caused_by, drop column reason, drop column partial, drop column listed_at,
  drop column awaiting_until;
alter table sync
  drop column sync_only, drop column read_window, drop column watermark_at, drop column read_from,
  drop column changes_per_run;
`;
