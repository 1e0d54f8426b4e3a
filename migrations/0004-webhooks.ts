import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Webhook endpoints, messages, deliveries and attempts. */
export class Webhooks1763769600004 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(up);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(down);
  }
}

const up = `
create table webhook_endpoint (
  client_id       text not null references client (id) on delete cascade,
  id              text not null,
  url             text not null,
  description     text,
  event_types     text[] not null default '{}',
  company_tags    text[] not null default '{}',
  rate_limit      integer,
  secrets         bytea not null,
  secrets_key_id  text not null,
  disabled_reason text,
  version         integer not null default 1,
  created_at      timestamptz(3) not null,
  updated_at      timestamptz(3) not null,
  primary key (client_id, id),
  constraint rate_limit_is_positive check (rate_limit >= 1),
  constraint disabled_reason_is_known check (disabled_reason in ('manual', 'gone', 'failing'))
);
comment on column webhook_endpoint.event_types is 'Empty: all, those of later releases too.';
comment on column webhook_endpoint.company_tags is 'Each key:value; a company with any of them matches. Empty: all.';
comment on column webhook_endpoint.disabled_reason is 'Null: enabled.';
comment on column webhook_endpoint.secrets is 'Encrypted: the signing secret and the values of the custom headers.';

create table webhook_message (
  client_id     text not null references client (id) on delete cascade,
  id            text not null,
  type          text not null,
  company_id    text not null,
  connection_id text not null,
  sync_id       text,
  period_id     text,
  run_id        text,
  sequence      bigint,
  body          text not null,
  created_at    timestamptz(3) not null,
  primary key (client_id, id),
  constraint body_under_20_kb check (octet_length(body) < 20480)
);
comment on column webhook_message.body is 'The bytes that are signed and sent, on every attempt the same.';
-- A period is announced as completed once, whatever is retried around it.
create unique index one_completed_message_per_period on webhook_message (client_id, period_id)
  where type in ('sync.period.completed', 'sync.period.completed.initial');
create unique index one_message_per_sequence on webhook_message (client_id, sync_id, sequence) where sequence is not null;
create index messages_of_a_client on webhook_message (client_id, id desc);

create table webhook_delivery (
  client_id       text not null,
  message_id      text not null,
  endpoint_id     text not null,
  state           text not null default 'pending',
  attempts        integer not null default 0,
  last_attempt_at timestamptz(3),
  next_attempt_at timestamptz(3),
  primary key (client_id, message_id, endpoint_id),
  foreign key (client_id, message_id) references webhook_message (client_id, id) on delete cascade,
  foreign key (client_id, endpoint_id) references webhook_endpoint (client_id, id) on delete cascade,
  constraint delivery_state_is_known check (state in ('pending', 'delivered', 'failed')),
  constraint only_pending_has_a_next_attempt check ((state = 'pending') = (next_attempt_at is not null))
);
comment on column webhook_delivery.attempts is 'How many were recorded. The next job carries this number plus one; a job with another is out of date.';
create index deliveries_of_an_endpoint on webhook_delivery (client_id, endpoint_id, message_id);

create table webhook_attempt (
  client_id       text not null,
  message_id      text not null,
  endpoint_id     text not null,
  attempt         integer not null,
  attempted_at    timestamptz(3) not null,
  url             text not null,
  request_headers jsonb not null,
  status_code     integer,
  response_body   text,
  failure_code    text,
  duration_ms     integer not null,
  next_attempt_at timestamptz(3),
  primary key (client_id, message_id, endpoint_id, attempt),
  foreign key (client_id, message_id, endpoint_id)
    references webhook_delivery (client_id, message_id, endpoint_id) on delete cascade
);

do $$
declare table_name text;
begin
  foreach table_name in array array['webhook_endpoint', 'webhook_message', 'webhook_delivery', 'webhook_attempt'] loop
    execute format('alter table %I enable row level security, force row level security', table_name);
    execute format('create policy rows_of_the_client on %I to meridian_app
                      using (client_id = current_client_id()) with check (client_id = current_client_id())', table_name);
    execute format('grant select, insert, update, delete on %I to meridian_app', table_name);
  end loop;
end $$;

-- A settlement writes the message and its deliveries; it never sees a secret.
create policy dispatcher_rows on webhook_endpoint for select to meridian_dispatcher using (true);
create policy dispatcher_rows on webhook_message for insert to meridian_dispatcher with check (true);
create policy dispatcher_rows on webhook_delivery for insert to meridian_dispatcher with check (true);
grant select (client_id, id, event_types, company_tags, disabled_reason) on webhook_endpoint to meridian_dispatcher;
grant insert on webhook_message, webhook_delivery to meridian_dispatcher;
`;

const down = `
drop table webhook_attempt, webhook_delivery, webhook_message, webhook_endpoint;
`;
