import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Due dates that moved with the rules of their zone, each with a line; what finds them, and what gauges read. */
export class DueDateChanges1763769600016 implements MigrationInterface {
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

create table due_date_change (
  client_id               text not null,
  id                      text not null,
  sync_id                 text not null,
  period_id               text not null,
  reason                  text not null,
  time_zone               text not null,
  is_held                 boolean not null,
  previous_due_date       timestamptz(3) not null,
  due_date                timestamptz(3) not null,
  previous_time_zone_data text not null,
  time_zone_data          text not null,
  changed_at              timestamptz(3) not null,
  primary key (client_id, id),
  foreign key (client_id, sync_id) references sync (client_id, id) on delete cascade,
  constraint due_date_change_reason_is_known check (reason in ('time_zone_data')),
  constraint due_date_has_changed check (previous_due_date <> due_date)
);
comment on table due_date_change is 'Without a reference to the period: periods go with their sync only, and each would look for its lines.';
comment on column due_date_change.is_held is 'It is the due date that the manual run of this period has put aside.';
create index due_date_changes_of_a_sync on due_date_change (client_id, sync_id, id desc);
alter table due_date_change enable row level security, force row level security;
create policy rows_of_the_client on due_date_change to meridian_app
  using (client_id = current_client_id()) with check (client_id = current_client_id());
grant select, insert, update, delete on due_date_change to meridian_app;
create policy dispatcher_writes on due_date_change for insert to meridian_dispatcher with check (true);
grant insert on due_date_change to meridian_dispatcher;

-- Which releases of the zone data are in use, and the soonest due dates of one: a few looks, however many are idle.
create index waiting_by_time_zone_data on sync_period (time_zone_data, due_date) where status in ('planned', 'assigned');
-- Holds nothing while nothing is late: late_at is emptied when that has been told.
create index late_periods on sync_period (due_date)
  where kind = 'chain' and late_at is null and status in ('assigned', 'queued', 'running');
`;

const down = `
drop index late_periods, waiting_by_time_zone_data;
drop table due_date_change;
`;
