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
  content_hash      bytea,
  source_updated_at timestamptz(3),
  source_created_at timestamptz(3),
  sequence          bigint not null,
  run_id            text not null,
  changed_at        timestamptz(3) not null,
  deleted_at        timestamptz(3),
  primary key (client_id, connection_id, model, record_id)
) with (fillfactor = 90);
comment on table record is 'Without a foreign key: checking one took a quarter of the time of a pull. Whoever writes records locks their connection first, and records_go_with_their_connection deletes them.';
comment on column record.content_hash is 'What versions are compared by where the source tells no updatedAt; null where it does.';
comment on column record.sequence is 'Place in the connection’s change feed; a change moves the record to the end.';
-- The collation keeps this from serving a look-up by key. While the table has no statistics, as in the first
-- hours of a backfill, the planner holds every index that begins with the client for equally good, takes the
-- smallest, and reads all records of a model to find one. There is none by model: it took a tenth of a pull.
create unique index change_feed on record (client_id collate "C", connection_id collate "C", sequence);

-- As a foreign key with "on delete cascade" would. That one could not be stopped by row-level security; this one
-- would delete nothing where a company is deleted by whoever is bound to no client. So it names the client itself.
create function delete_records_of_connection() returns trigger language plpgsql as $$
declare bound_to text := current_setting('app.client_id', true);
begin
  perform set_config('app.client_id', old.client_id, true);
  delete from record where client_id = old.client_id and connection_id = old.id;
  perform set_config('app.client_id', coalesce(bound_to, ''), true);
  return null;
end $$;
create trigger records_go_with_their_connection after delete on connection
  for each row execute function delete_records_of_connection();

alter table record enable row level security, force row level security;
create policy rows_of_the_client on record to meridian_app
  using (client_id = current_client_id()) with check (client_id = current_client_id());
grant select, insert, update, delete on record to meridian_app;
`;

const down = `
drop trigger records_go_with_their_connection on connection;
drop function delete_records_of_connection();
drop table record;
`;
