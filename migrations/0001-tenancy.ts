import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Clients, their keys, companies and connections; the three roles; row-level security on each table. */
export class Tenancy1763769600001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(up);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(down);
  }
}

const up = `
create extension if not exists btree_gist;

-- Roles belong to the cluster, not to the database: another Meridian beside this one may have made them,
-- even a moment ago.
do $$
declare role_name text;
begin
  foreach role_name in array array['meridian_app', 'meridian_dispatcher', 'meridian_operator'] loop
    begin
      execute format('create role %I nologin', role_name);
    exception when duplicate_object or unique_violation then null;
    end;
    -- Since PostgreSQL 16 who makes a role may grant it, but not yet become it.
    if not pg_has_role(current_user, role_name,
                       case when current_setting('server_version_num')::int < 160000 then 'member' else 'set' end) then
      execute format('grant %I to current_user', role_name);
    end if;
    execute format('grant usage on schema public to %I', role_name);
  end loop;
end $$;

-- The client of this transaction. An unset setting and an emptied one are both "no client": no row.
create function current_client_id() returns text language sql stable parallel safe
  return nullif(current_setting('app.client_id', true), '');

create table client (
  id                     text primary key,
  name                   text not null,
  default_sync_hour      smallint,
  frequency_options      text[] not null default '{Daily,Monthly}',
  catch_up               text not null default 'collapse',
  disable_after_failures integer not null default 31,
  max_backfill           text,
  quiet_hours            jsonb,
  allowed_origins        text[] not null default '{}',
  redirect_urls          text[] not null default '{}',
  branding               jsonb not null default '{}',
  weight                 integer not null default 1,
  version                integer not null default 1,
  created_at             timestamptz(3) not null,
  updated_at             timestamptz(3) not null,
  constraint default_sync_hour_is_an_hour check (default_sync_hour between 0 and 23),
  constraint catch_up_is_known check (catch_up in ('collapse', 'each')),
  constraint disable_after_at_least_one_failure check (disable_after_failures >= 1),
  constraint client_weight_is_positive check (weight >= 1)
);

create table api_key (
  client_id    text not null references client (id) on delete cascade,
  id           text not null,
  name         text,
  mode         text not null,
  scopes       text[] not null,
  key_hash     bytea not null,
  key_hint     text not null,
  expires_at   timestamptz(3),
  revoked_at   timestamptz(3),
  last_used_at timestamptz(3),
  created_at   timestamptz(3) not null,
  primary key (client_id, id),
  constraint api_key_mode_is_known check (mode in ('live', 'test')),
  constraint api_key_scopes_are_known check (scopes <@ array['read', 'write'] and cardinality(scopes) > 0),
  constraint api_key_hash_is_sha256 check (octet_length(key_hash) = 32)
);
create unique index one_key_per_hash on api_key (key_hash);

create table company (
  client_id  text not null references client (id) on delete cascade,
  id         text not null,
  name       text not null,
  reference  text,
  tags       jsonb not null default '{}',
  version    integer not null default 1,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (client_id, id)
);
create index companies_by_reference on company (client_id, reference) where reference is not null;

create table connection (
  client_id          text not null,
  id                 text not null,
  company_id         text not null,
  platform           text not null,
  name               text not null,
  external_id        text,
  settings           jsonb not null default '{}',
  credentials        bytea,
  credentials_key_id text,
  state              text not null,
  state_reason       text,
  last_sequence      bigint not null default 0,
  version            integer not null default 1,
  created_at         timestamptz(3) not null,
  updated_at         timestamptz(3) not null,
  primary key (client_id, id),
  foreign key (client_id, company_id) references company (client_id, id) on delete cascade,
  constraint connection_state_is_known check (state in ('pendingAuth', 'linked', 'unlinked', 'deauthorized')),
  constraint credentials_name_their_key check ((credentials is null) = (credentials_key_id is null))
);
comment on column connection.last_sequence is 'The newest number of the change feed. Taking the next ones locks the row, so that commit order is feed order.';
create index connections_of_a_company on connection (client_id, company_id);
create unique index one_connection_per_external_id on connection (client_id, platform, external_id) where external_id is not null;

do $$
declare table_name text;
begin
  foreach table_name in array array['company', 'connection'] loop
    execute format('alter table %I enable row level security, force row level security', table_name);
    execute format('create policy rows_of_the_client on %I to meridian_app
                      using (client_id = current_client_id()) with check (client_id = current_client_id())', table_name);
    execute format('grant select, insert, update, delete on %I to meridian_app', table_name);
  end loop;
end $$;

alter table client enable row level security, force row level security;
create policy rows_of_the_client on client to meridian_app using (id = current_client_id()) with check (id = current_client_id());
grant select, update on client to meridian_app;

-- The operator makes clients and keys, and finds a key by its hash before the client is known. A client's own
-- role does not see keys at all: whoever broke into its transactions could neither read nor make one.
alter table api_key enable row level security, force row level security;
create policy operator_rows on client to meridian_operator using (true) with check (true);
create policy operator_rows on api_key to meridian_operator using (true) with check (true);
grant select, insert, update, delete on client, api_key to meridian_operator;

-- The dispatcher reads what a settlement needs to know of the client, the company and the connection.
create policy dispatcher_rows on client for select to meridian_dispatcher using (true);
create policy dispatcher_rows on company for select to meridian_dispatcher using (true);
create policy dispatcher_rows on connection to meridian_dispatcher using (true) with check (true);
grant select on client, company to meridian_dispatcher;
grant select (client_id, id, state, updated_at) on connection to meridian_dispatcher;
grant update (state, state_reason, updated_at) on connection to meridian_dispatcher;
`;

const down = `
drop table connection, company, api_key, client;
drop function current_client_id();
-- The roles and the extension belong to the cluster or may serve others: they stay.
revoke usage on schema public from meridian_app, meridian_dispatcher, meridian_operator;
`;
