import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sessions of the embeddable setup UI. */
export class SyncFlow1763769600005 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(up);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(down);
  }
}

const up = `
create table flow_session (
  client_id        text not null,
  id               text not null,
  company_id       text not null,
  connection_id    text,
  sync_id          text,
  token_hash       bytea not null,
  code_hash        bytea not null,
  code_used_at     timestamptz(3),
  view             text not null,
  scopes           text[] not null,
  allowed_origins  text[] not null,
  locale           text,
  time_zone        text,
  read_only        boolean not null,
  features         jsonb not null,
  redirect_url     text,
  actor            jsonb,
  merchant_name    text,
  created_at       timestamptz(3) not null,
  expires_at       timestamptz(3) not null,
  last_possible_at timestamptz(3) not null,
  revoked_at       timestamptz(3),
  primary key (client_id, id),
  foreign key (client_id, company_id) references company (client_id, id) on delete cascade,
  foreign key (client_id, connection_id) references connection (client_id, id) on delete cascade,
  foreign key (client_id, sync_id) references sync (client_id, id) on delete cascade,
  constraint token_hash_is_sha256 check (octet_length(token_hash) = 32),
  constraint code_hash_is_sha256 check (octet_length(code_hash) = 32),
  constraint session_expires_after_creation check (expires_at > created_at and last_possible_at >= expires_at)
);
create unique index one_session_per_token on flow_session (token_hash);
create index sessions_of_a_company on flow_session (client_id, company_id);

alter table flow_session enable row level security, force row level security;
create policy rows_of_the_client on flow_session to meridian_app
  using (client_id = current_client_id()) with check (client_id = current_client_id());
grant select, insert, update, delete on flow_session to meridian_app;
`;

const down = `
drop table flow_session;
`;
