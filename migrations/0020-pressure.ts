import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What keeps looks and answers quick under pressure: what waits is found by its place, load is summed, plans know their pool. */
export class Pressure1763769600020 implements MigrationInterface {
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
-- In the order of those who write both, so that none of them waits for this one while it waits for them.
lock table run, sync_period in access exclusive mode;

alter table sync_period
  add column connection_id text not null default '',
  add column source_host text not null default '';
comment on column sync_period.connection_id is 'Connection of its sync, noted when it gets its run date; empty before. It only guides the look at what waits, which asks the sync itself wherever it matters.';
comment on column sync_period.source_host is 'Host of that connection, as it was then or has become since; empty where there is none.';
alter table run add column source_host text not null default '';
comment on column run.source_host is 'Host of its connection while it waits to be admitted, as in sync_period.';

-- Only what waits: a few out of a table of years.
update sync_period p
   set connection_id = s.connection_id, source_host = coalesce(n.source_host, '')
  from sync s
  join connection n on n.client_id = s.client_id and n.id = s.connection_id
 where p.status = 'assigned' and s.client_id = p.client_id and s.id = p.sync_id;
update run r
   set source_host = n.source_host
  from connection n
 where r.state = 'created' and r.admitted_at is null and n.client_id = r.client_id and n.id = r.connection_id
   and n.source_host is not null;

-- The first of each connection, host after host: whatever waits behind a full one is passed over in one step.
create index periods_to_admit_by_place on sync_period (lane, client_id, source_host, connection_id, run_date, id)
  where status = 'assigned';
create index runs_to_admit_by_place on run (lane, client_id, source_host, connection_id, id)
  where admitted_at is null and finished_at is null and trigger <> 'bulk';
create index bulk_runs_to_admit_by_place on run (lane, client_id, source_host, connection_id, id)
  where admitted_at is null and finished_at is null and trigger = 'bulk';

-- Settings say which host a connection asks, and may be edited while its syncs wait.
create function waits_at_host_of_connection() returns trigger language plpgsql as $$
begin
  update sync_period p
     set source_host = coalesce(new.source_host, '')
    from sync s
   where s.client_id = new.client_id and s.connection_id = new.id
     and p.client_id = s.client_id and p.sync_id = s.id and p.status in ('assigned', 'queued', 'running');
  update run r
     set source_host = coalesce(new.source_host, '')
    from sync s
   where s.client_id = new.client_id and s.connection_id = new.id
     and r.client_id = s.client_id and r.sync_id = s.id and r.finished_at is null and r.admitted_at is null;
  return null;
end $$;
create trigger waits_at_host_of_connection after update of source_host on connection
  for each row when (old.source_host is distinct from new.source_host)
  execute function waits_at_host_of_connection();

-- Whether anything is limited is asked whenever something is planned: of a million connections, a quarter of a second.
create index limited_connections on connection (client_id) where max_concurrent_runs is not null;

create table planned_pool (
  one         boolean primary key default true,
  concurrency integer not null,
  noted_at    timestamptz(3) not null,
  constraint planned_pool_is_one check (one),
  constraint planned_pool_is_not_negative check (concurrency >= 0)
);
comment on table planned_pool is 'Runs at the same time that run dates are planned for: with fewer than these, they move. One row, so that a dispatcher that has just started knows what the one before it planned for.';
grant select, insert, update on planned_pool to meridian_dispatcher;

-- A day of 300,000 runs is 1,440 minutes.
create table load_minute (
  minute          timestamptz(3) primary key,
  planned         integer not null,
  planned_seconds double precision not null,
  due             integer not null,
  due_seconds     double precision not null,
  started         integer not null,
  finished        integer not null,
  failed          integer not null,
  aborted         integer not null,
  ended           integer not null,
  constraint load_minute_is_whole check (minute = date_trunc('minute', minute, 'UTC'))
);
comment on table load_minute is 'What ended_run says of each minute, over all clients, of the runs that finished before load_summed.up_to.';
comment on column load_minute.ended is 'Of the finished, those that had begun.';
create table load_summed (
  one   boolean primary key default true,
  up_to timestamptz(3) not null,
  constraint load_summed_is_one check (one)
);
insert into load_summed (up_to)
select coalesce(date_trunc('minute', min(finished_at), 'UTC'), '-infinity') from ended_run;
grant select, insert, update, delete on load_minute to meridian_operator;
grant select, update on load_summed to meridian_operator;
`;

const down = `
drop table load_summed, load_minute;
drop table planned_pool;
drop index limited_connections;
drop trigger waits_at_host_of_connection on connection;
drop function waits_at_host_of_connection();
drop index bulk_runs_to_admit_by_place, runs_to_admit_by_place, periods_to_admit_by_place;
alter table run drop column source_host;
alter table sync_period drop column connection_id, drop column source_host;
`;
