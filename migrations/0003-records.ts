import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The record store and its change feed. */
export class Records1763769600003 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(up);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(down);
  }
}

const up = `
create table record (
  client_id         text not null,
  connection_id     text not null,
  model             text not null,
  record_id         text not null,
  data              jsonb not null,
  content_hash      bytea not null,
  source_updated_at timestamptz(3),
  source_created_at timestamptz(3),
  sequence          bigint not null,
  run_id            text not null,
  changed_at        timestamptz(3) not null,
  deleted_at        timestamptz(3),
  primary key (client_id, connection_id, model, record_id),
  foreign key (client_id, connection_id) references connection (client_id, id) on delete cascade
) with (fillfactor = 90);
comment on column record.sequence is 'Place in the connection’s change feed; a change moves the record to the end.';
-- The collation keeps these from serving a look-up by key. While the table has no statistics, as in the first
-- hours of a backfill, the planner holds every index that begins with the client for equally good, takes the
-- smallest, and reads all records of a model to find one.
create unique index change_feed on record (client_id collate "C", connection_id collate "C", sequence);
create index change_feed_of_a_model on record (client_id collate "C", connection_id collate "C", model, sequence);

alter table record enable row level security, force row level security;
create policy rows_of_the_client on record to meridian_app
  using (client_id = current_client_id()) with check (client_id = current_client_id());
grant select, insert, update, delete on record to meridian_app;
`;

const down = `
drop table record;
`;
