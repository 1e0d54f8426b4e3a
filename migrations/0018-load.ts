import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the operator's view of load is read from. */
export class Load1763769600018 implements MigrationInterface {
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

alter table run add column cost_seconds real not null default 5;
comment on column run.cost_seconds is 'Seconds it was expected to take when it was made.';

-- A run takes a kilobyte of its table, with what its three writes leave behind: to count a day of a million would be to
-- read a gigabyte, and a b-tree would be three more writes for each. Here each is written once, when it has ended, in a
-- tenth of the room and in the order of time, so that a summary of every 32 pages finds a span.
create table ended_run (
  client_id    text not null,
  state        text not null,
  cost_seconds real not null,
  run_date     timestamptz(3),
  wanted_date  timestamptz(3),
  started_at   timestamptz(3),
  finished_at  timestamptz(3) not null,
  constraint ended_run_state_is_known check (state in ('completed', 'errored', 'aborted'))
);
comment on table ended_run is 'The instants of each run that has ended, kept when its sync is deleted: the load was borne.';
comment on column ended_run.wanted_date is 'When it would have run had load moved nothing.';
create index ended_runs_by_instant on ended_run
  using brin (run_date timestamptz_minmax_multi_ops, wanted_date timestamptz_minmax_multi_ops,
              started_at timestamptz_minmax_multi_ops, finished_at timestamptz_minmax_multi_ops)
  with (pages_per_range = 32, autosummarize = on);

insert into ended_run
select client_id, state, cost_seconds, run_date, case when trigger = 'schedule' then due_date else run_date end,
       started_at, finished_at
  from run where finished_at is not null order by finished_at;

alter table ended_run enable row level security, force row level security;
create policy rows_of_the_client on ended_run to meridian_app
  using (client_id = current_client_id()) with check (client_id = current_client_id());
create policy dispatcher_rows on ended_run to meridian_dispatcher using (true) with check (true);
create policy operator_rows on ended_run to meridian_operator using (true) with check (true);
grant select, insert, update, delete on ended_run to meridian_app;
grant insert on ended_run to meridian_dispatcher;
grant select, delete on ended_run to meridian_operator;

-- Counted by their due dates, planned periods need not be visited.
drop index planned_by_due_date;
create index planned_by_due_date on sync_period (due_date) include (cost_seconds, client_id) where status = 'planned';

create table pool_minute (
  minute      timestamptz(3) primary key,
  concurrency integer not null,
  constraint pool_minute_is_whole check (minute = date_trunc('minute', minute, 'UTC')),
  constraint concurrency_is_not_negative check (concurrency >= 0)
);
comment on table pool_minute is 'Runs that live workers could execute at the same time, for each minute in which a dispatcher was alive.';

-- The operator counts runs and periods over all clients: instants, states and costs, nothing that was read.
create policy operator_counts on run for select to meridian_operator using (true);
create policy operator_counts on sync_period for select to meridian_operator using (true);
grant select (client_id, trigger, state, cost_seconds, run_date, due_date, started_at, finished_at)
  on run to meridian_operator;
grant select (client_id, status, run_id, cost_seconds, run_date, due_date) on sync_period to meridian_operator;
grant select on process to meridian_operator;
grant select, insert, update, delete on pool_minute to meridian_operator;
`;

const down = `
revoke select on process from meridian_operator;
revoke select (client_id, status, run_id, cost_seconds, run_date, due_date) on sync_period from meridian_operator;
revoke select (client_id, trigger, state, cost_seconds, run_date, due_date, started_at, finished_at)
  on run from meridian_operator;
drop policy operator_counts on sync_period;
drop policy operator_counts on run;
drop table pool_minute;
drop index planned_by_due_date;
create index planned_by_due_date on sync_period (due_date) where status = 'planned';
drop table ended_run;
alter table run drop column cost_seconds;
`;
