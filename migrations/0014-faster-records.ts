import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Settings as they were written; a record store without what took a third of the time of a pull. */
export class FasterRecords1763769600014 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(up);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(down);
  }
}

const up = `
alter table connection
  alter column settings drop default,
  alter column settings type json using settings::text::json,
  alter column settings set default '{}';
comment on column connection.settings is 'As it was written: query parameters such as sort keys mean something by their order, which jsonb does not keep.';

alter table record
  alter column content_hash drop not null,
  drop constraint record_client_id_connection_id_fkey;
comment on table record is 'Without a foreign key: checking one took a quarter of the time of a pull. Whoever writes records locks their connection first, and records_go_with_their_connection deletes them.';
comment on column record.content_hash is 'What versions are compared by where the source tells no updatedAt; null where it does.';
-- The feed of one model is read from change_feed: an index of its own took a tenth of a pull.
drop index change_feed_of_a_model;

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
`;

const down = `
drop trigger records_go_with_their_connection on connection;
drop function delete_records_of_connection();
create index change_feed_of_a_model on record (client_id collate "C", connection_id collate "C", model, sequence);
comment on column record.content_hash is null;
comment on table record is null;
update record set content_hash = sha256(convert_to(data::text, 'UTF8')) where content_hash is null;
alter table record
  alter column content_hash set not null,
  add foreign key (client_id, connection_id) references connection (client_id, id) on delete cascade;
comment on column connection.settings is null;
alter table connection
  alter column settings drop default,
  alter column settings type jsonb using settings::jsonb,
  alter column settings set default '{}';
`;
