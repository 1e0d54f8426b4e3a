import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many runs may be active at a time, and which of those that are wanted have been admitted. */
export class Admission1763769600015 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(up);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(down);
  }
}

const up = `
-- A table of years takes longer than a statement of the product may.
set local statement_timeout = 0;

alter table client
  add column max_concurrent_runs integer,
  add constraint client_limit_allows_a_run check (max_concurrent_runs >= 1);
comment on column client.max_concurrent_runs is 'Most runs of the client at the same time; null for any number. Set by the operator, as weight is.';

alter table connection
  add column max_concurrent_runs integer,
  add column source_host text,
  add constraint connection_limit_allows_a_run check (max_concurrent_runs >= 1);
comment on column connection.source_host is 'Name of the host that its runs ask, as a URL writes it; null where there is none.';
update connection
   set source_host = lower(substring(coalesce(settings ->> 'baseUrl', settings ->> 'url')
                                     from '^[a-zA-Z]+://(?:[^/?#@]*@)?(\\[[^]]*\\]|[^/?#:]+)'))
 where platform in ('rest', 'handler');
grant select (max_concurrent_runs, source_host) on connection to meridian_dispatcher;

alter table run
  add column admitted_at timestamptz(3),
  add column lane text not null default 'regular',
  add constraint run_lane_is_known check (lane in ('regular', 'backfill'));
comment on column run.admitted_at is 'When it was given a place among the active runs, and with that a job; null while it waits for one.';
update run r
   set admitted_at = r.created_at,
       lane = coalesce((select p.lane from sync_period p where p.client_id = r.client_id and p.id = r.period_id),
                       case when r.range_start is null then 'backfill' else 'regular' end)
 where r.state in ('created', 'running');

-- What is admitted is counted by its runs: some fill no period. One index for another, so a run costs no write more.
drop index admitted_periods;
create index admitted_runs on run (client_id, connection_id)
  where admitted_at is not null and state in ('created', 'running');
-- What waits to be admitted, by lane and client, in its order. Runs of due periods are made when they are admitted, so
-- they are never in these two.
create index runs_to_admit on run (lane, client_id, id)
  where admitted_at is null and state = 'created' and trigger <> 'bulk';
create index bulk_runs_to_admit on run (lane, client_id, id)
  where admitted_at is null and state = 'created' and trigger = 'bulk';
create index periods_to_admit on sync_period (lane, client_id, run_date, id) where status = 'assigned';

alter table process add column stopped_at timestamptz(3);
comment on column process.stopped_at is 'When it left in good order. Its row stays for a while: plans are made for as many workers as there were a minute ago, so that a restart moves nothing.';

create table client_turn (
  client_id   text primary key references client (id) on delete cascade,
  admitted_at timestamptz not null
) with (fillfactor = 50);
comment on table client_turn is 'When a client was last given a place, those of one look a microsecond apart: among equals, who has waited longest for his turn is next.';
alter table client_turn enable row level security, force row level security;
create policy dispatcher_rows on client_turn to meridian_dispatcher using (true) with check (true);
grant select, insert, update on client_turn to meridian_dispatcher;
`;

const down = `
drop table client_turn;
delete from process where stopped_at is not null;
alter table process drop column stopped_at;
drop index periods_to_admit, bulk_runs_to_admit, runs_to_admit, admitted_runs;
create index admitted_periods on sync_period (client_id) where status in ('queued', 'running');
alter table run drop column admitted_at, drop column lane;
revoke select (max_concurrent_runs, source_host) on connection from meridian_dispatcher;
alter table connection drop column max_concurrent_runs, drop column source_host;
alter table client drop column max_concurrent_runs;
`;
