import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the service keeps for itself: idempotent answers, rate limits, the processes that are alive. */
export class Service1763769600006 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(up);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(down);
  }
}

const up = `
create table idempotent_answer (
  client_id   text not null,
  key         text not null,
  fingerprint bytea not null,
  status      integer,
  headers     jsonb,
  body        bytea,
  body_key_id text,
  created_at  timestamptz(3) not null,
  primary key (client_id, key),
  constraint body_names_its_key check ((body is null) = (body_key_id is null))
);
comment on column idempotent_answer.client_id is 'Empty for the operator, who is no client: hence no foreign key.';
comment on column idempotent_answer.body is 'Encrypted: an answer may hold a secret that is shown once.';
comment on column idempotent_answer.status is 'Null while the first request is still being answered.';
create index idempotent_answers_by_age on idempotent_answer (created_at);
alter table idempotent_answer enable row level security, force row level security;
create policy rows_of_the_client on idempotent_answer to meridian_app
  using (client_id = current_client_id()) with check (client_id = current_client_id());
create policy operator_rows on idempotent_answer to meridian_operator using (true) with check (true);
grant select, insert, update, delete on idempotent_answer to meridian_app;
grant select, insert, update, delete on idempotent_answer to meridian_operator;

-- Rows of the instance, not of a client: which processes are alive, and what they can take.
create table process (
  id                 text primary key,
  roles              text[] not null,
  worker_concurrency integer not null,
  time_zone_data     text not null,
  started_at         timestamptz(3) not null,
  seen_at            timestamptz(3) not null
);
grant select, insert, update, delete on process to meridian_dispatcher;

-- Points used per key and window; shared by all processes (the layout rate-limiter-flexible expects).
create table rate_limit (
  key    text primary key,
  points integer not null,
  expire bigint
);
grant select, insert, update, delete on rate_limit to meridian_operator;
`;

const down = `
drop table rate_limit, process, idempotent_answer;
`;
