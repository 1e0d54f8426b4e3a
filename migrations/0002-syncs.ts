import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Syncs with their schedules, the ledger of periods, and runs. */
export class Syncs1763769600002 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(up);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(down);
  }
}

const up = `
create table sync (
  client_id            text not null,
  id                   text not null,
  connection_id        text not null,
  company_id           text not null,
  name                 text,
  models               text[],
  mode                 text not null default 'auto',
  lookback             text,
  enabled              boolean not null default true,
  state                text not null default 'unscheduled',
  state_reason         text,

  selected_frequency   text,
  frequency_options    text[],
  interval             text,
  start_date           date,
  sync_hour            smallint,
  sync_hour_source     text,
  time_zone            text,

  configured_at        timestamptz(3),
  chain_start          timestamptz(3),
  watermark            timestamptz(3),
  consecutive_failures integer not null default 0,
  average_run_seconds  real,
  last_sequence        bigint not null default 0,

  version              integer not null default 1,
  created_at           timestamptz(3) not null,
  updated_at           timestamptz(3) not null,
  primary key (client_id, id),
  foreign key (client_id, connection_id) references connection (client_id, id) on delete cascade,
  foreign key (client_id, company_id) references company (client_id, id) on delete cascade,
  constraint sync_mode_is_known check (mode in ('auto', 'incremental', 'audit', 'full')),
  constraint sync_state_is_known check (state in ('unscheduled', 'active', 'disabled', 'suspended')),
  constraint frequency_is_known check (selected_frequency in ('Interval', 'Hourly', 'Daily', 'Weekly', 'Monthly')),
  constraint interval_only_with_interval check ((interval is not null) = (selected_frequency is not distinct from 'Interval')),
  constraint sync_hour_is_an_hour check (sync_hour between 0 and 23),
  constraint schedule_is_whole check (
    (selected_frequency is null) = (start_date is null)
    and (selected_frequency is null) = (frequency_options is null)
    and (selected_frequency is null) = (sync_hour is null)
    and (selected_frequency is null) = (sync_hour_source is null)
    and (selected_frequency is null) = (time_zone is null)
    and (selected_frequency is null) = (chain_start is null)
    and (selected_frequency is null) = (configured_at is null)),
  constraint unscheduled_without_schedule check ((state = 'unscheduled') = (selected_frequency is null)),
  constraint watermark_after_chain_start check (watermark >= chain_start)
);
comment on column sync.chain_start is 'Start of the first period: startDate at syncHour in timeZone, as an instant.';
comment on column sync.watermark is 'The last successful due date; null until a period has succeeded.';
comment on column sync.configured_at is 'When the schedule last changed or the sync was enabled: the next-day rule counts from then.';
comment on column sync.last_sequence is 'Number of the newest webhook message of this sync.';
create index syncs_of_a_connection on sync (client_id, connection_id);
create index syncs_of_a_company on sync (client_id, company_id);

create table sync_period (
  client_id           text not null,
  id                  text not null,
  sync_id             text not null,
  kind                text not null default 'chain',
  status              text not null default 'planned',
  period_start        timestamptz(3) not null,
  due_date            timestamptz(3) not null,
  held_due_date       timestamptz(3),
  run_date            timestamptz(3),
  run_date_reason     text,
  lane                text not null default 'regular',
  cost_seconds        real not null default 5,
  is_initial          boolean not null default false,
  recovered_due_dates integer not null default 0,
  attempt             integer not null default 0,
  attempts_in_a_row   integer not null default 0,
  attempts_with_progress integer not null default 0,
  run_id              text,
  owner_token         uuid,
  time_zone_data      text not null,
  created_at          timestamptz(3) not null,
  settled_at          timestamptz(3),
  primary key (client_id, id),
  foreign key (client_id, sync_id) references sync (client_id, id) on delete cascade,
  constraint period_kind_is_known check (kind in ('chain', 'latest', 'range')),
  constraint period_status_is_known check (status in ('planned', 'assigned', 'queued', 'running', 'succeeded', 'failed', 'superseded')),
  constraint period_lane_is_known check (lane in ('regular', 'backfill')),
  constraint period_runs_forward check (period_start < due_date),
  constraint never_run_before_due check (run_date >= due_date),
  constraint run_date_once_assigned check (run_date is not null or status in ('planned', 'failed', 'superseded')),
  constraint running_holds_owner_token check ((status = 'running') = (owner_token is not null)),
  constraint settled_has_an_instant check ((status in ('succeeded', 'failed', 'superseded')) = (settled_at is not null)),
  constraint succeeded_periods_never_overlap exclude using gist
    (client_id with =, sync_id with =, tstzrange(period_start, due_date) with &&) where (status = 'succeeded')
) with (fillfactor = 80);
comment on column sync_period.attempts_in_a_row is 'Failed attempts without progress since the last one that made some.';
comment on column sync_period.attempts_with_progress is 'Failed attempts that got further than the one before.';
comment on column sync_period.held_due_date is 'The planned due date that a manual run put aside; the chain goes on with it.';
comment on column sync_period.recovered_due_dates is 'How many earlier due dates, failed or missed, this period also covers.';
comment on column sync_period.time_zone_data is 'tzdata version the due date was computed with.';
create unique index one_open_period_per_sync on sync_period (client_id, sync_id)
  where status in ('planned', 'assigned', 'queued', 'running');
create index ledger_of_a_sync on sync_period (client_id, sync_id, due_date desc, id desc);
create index planned_by_due_date on sync_period (due_date) where status = 'planned';
create index assigned_by_run_date on sync_period (run_date) include (cost_seconds) where status = 'assigned';
create index admitted_periods on sync_period (client_id) where status in ('queued', 'running');

create table run (
  client_id     text not null,
  id            text not null,
  sync_id       text not null,
  company_id    text not null,
  connection_id text not null,
  period_id     text,
  trigger       text not null,
  actor         jsonb,
  state         text not null default 'created',
  mode          text not null default 'auto',
  models        text[],
  force         boolean not null default false,
  range_start   timestamptz(3),
  range_finish  timestamptz(3) not null,
  due_date      timestamptz(3),
  run_date      timestamptz(3),
  attempt       integer not null,
  progressed    boolean not null default false,
  owner_token   uuid,
  checkpoint    jsonb,
  progress      jsonb not null default '{}',
  status_code   integer,
  status        text,
  failure       jsonb,
  error_message text,
  error_details text,
  abort_requested_at timestamptz(3),
  created_at    timestamptz(3) not null,
  started_at    timestamptz(3),
  finished_at   timestamptz(3),
  primary key (client_id, id),
  foreign key (client_id, sync_id) references sync (client_id, id) on delete cascade,
  foreign key (client_id, period_id) references sync_period (client_id, id) on delete cascade,
  constraint run_trigger_is_known check (trigger in ('schedule', 'latest', 'range', 'full', 'retry', 'bulk', 'flow', 'install')),
  constraint run_state_is_known check (state in ('created', 'running', 'completed', 'errored', 'aborted')),
  constraint run_range_runs_forward check (range_start < range_finish),
  constraint only_running_holds_owner_token check ((state = 'running') = (owner_token is not null)),
  constraint finished_has_an_instant check ((state in ('completed', 'errored', 'aborted')) = (finished_at is not null))
) with (fillfactor = 80);
create unique index one_active_run_per_sync on run (client_id, sync_id) where state in ('created', 'running');
create index runs_of_a_sync on run (client_id, sync_id, id desc);
create index runs_of_a_client on run (client_id, id desc);
-- Deleting a sync deletes its periods, and each of them looks for its runs.
create index runs_of_a_period on run (client_id, period_id) where period_id is not null;

do $$
declare table_name text;
begin
  foreach table_name in array array['sync', 'sync_period', 'run'] loop
    execute format('alter table %I enable row level security, force row level security', table_name);
    execute format('create policy rows_of_the_client on %I to meridian_app
                      using (client_id = current_client_id()) with check (client_id = current_client_id())', table_name);
    execute format('grant select, insert, update, delete on %I to meridian_app', table_name);
    -- One tick and one settlement serve many clients at once.
    execute format('create policy dispatcher_rows on %I to meridian_dispatcher using (true) with check (true)', table_name);
  end loop;
end $$;
grant select on sync to meridian_dispatcher;
grant update (watermark, consecutive_failures, average_run_seconds, last_sequence, state, state_reason, enabled, updated_at)
  on sync to meridian_dispatcher;
grant select, insert, update on sync_period, run to meridian_dispatcher;
`;

const down = `
drop table run, sync_period, sync;
`;
