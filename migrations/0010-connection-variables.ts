import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Variables of connections, and how far a sync has read. */
export class ConnectionVariables1763769600010 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(up);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(down);
  }
}

const up = `
create table connection_variable (
  client_id     text not null,
  connection_id text not null,
  name          text not null collate "C",
  value         jsonb not null,
  updated_at    timestamptz(3) not null,
  primary key (client_id, connection_id, name),
  foreign key (client_id, connection_id) references connection (client_id, id) on delete cascade,
  constraint variable_name_is_a_word check (name ~ '^[A-Za-z_][A-Za-z0-9_]{0,63}$'),
  constraint last_filter_date_is_computed check (name <> 'lastFilterDate')
);
comment on table connection_variable is 'What a client keeps for one connection; connectors are given it. Never shared between connections.';

alter table connection_variable enable row level security, force row level security;
create policy rows_of_the_client on connection_variable to meridian_app
  using (client_id = current_client_id()) with check (client_id = current_client_id());
grant select, insert, update, delete on connection_variable to meridian_app;

alter table sync
  add column read_to timestamptz(3),
  add constraint calendar_windows_end_with_the_period check (read_window = 'period' or watermark_at = 'periodEnd'),
  add constraint read_from_follows_a_success check (coalesce(read_from, read_to) is null or watermark is not null);
grant update (read_to) on sync to meridian_dispatcher;
comment on column sync.read_from is 'Where the next run is to read from, before what it would read by itself; the next success clears it.';
comment on column sync.read_to is 'How far the last success has read, when that is not its due date.';
`;

const down = `
alter table sync
  drop constraint calendar_windows_end_with_the_period,
  drop constraint read_from_follows_a_success,
  drop column read_to;
comment on column sync.read_from is 'Where the next run reads from, when that is not the start of its period.';
drop table connection_variable;
`;
