import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How endpoints fare, rounds of attempts, messages about no company, and what lists and retention need. */
export class WebhookDelivery1763769600012 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(up);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(down);
  }
}

const up = `
alter table webhook_endpoint
  add column failing_since   timestamptz(3),
  add column last_failure_at timestamptz(3),
  add column last_success_at timestamptz(3),
  add column paused_until    timestamptz(3);
comment on column webhook_endpoint.failing_since is 'The first failed attempt since the last success; null while it does not fail.';
comment on column webhook_endpoint.last_success_at is 'To the minute: not every delivery writes it.';
comment on column webhook_endpoint.paused_until is 'The receiver asked to be left alone until then.';

-- A test message, and one about an endpoint, are about no company.
alter table webhook_message alter column company_id drop not null, alter column connection_id drop not null;
create index messages_of_a_company on webhook_message (client_id, company_id, id desc);
create index messages_of_a_type on webhook_message (client_id, type, id desc);
create index messages_by_age on webhook_message (client_id, created_at);

alter table webhook_delivery
  add column round_start integer not null default 0,
  add constraint round_starts_among_the_attempts check (round_start between 0 and attempts);
comment on column webhook_delivery.round_start is 'Attempts made when the message was last promised: the table of waits begins after them.';
comment on column webhook_delivery.attempts is 'How many were recorded. An attempt with another number than the next is out of date.';
create index due_deliveries on webhook_delivery (client_id, endpoint_id, next_attempt_at, message_id) where state = 'pending';
create index undelivered_messages on webhook_delivery (client_id, state, message_id) where state <> 'delivered';

-- The dispatcher finds endpoints that lost their job, and forgets old messages.
grant select (paused_until) on webhook_endpoint to meridian_dispatcher;
create policy dispatcher_forgets on webhook_message for delete to meridian_dispatcher using (true);
create policy dispatcher_reads on webhook_message for select to meridian_dispatcher using (true);
grant select (client_id, id, created_at), delete on webhook_message to meridian_dispatcher;
create policy dispatcher_reads on webhook_delivery for select to meridian_dispatcher using (true);
grant select (client_id, message_id, endpoint_id, state, next_attempt_at) on webhook_delivery to meridian_dispatcher;
`;

const down = `
drop policy dispatcher_reads on webhook_delivery;
revoke select (client_id, message_id, endpoint_id, state, next_attempt_at) on webhook_delivery from meridian_dispatcher;
drop policy dispatcher_reads on webhook_message;
drop policy dispatcher_forgets on webhook_message;
revoke select (client_id, id, created_at), delete on webhook_message from meridian_dispatcher;
revoke select (paused_until) on webhook_endpoint from meridian_dispatcher;
drop index undelivered_messages, due_deliveries;
alter table webhook_delivery drop constraint round_starts_among_the_attempts, drop column round_start;
comment on column webhook_delivery.attempts is 'How many were recorded. The next job carries this number plus one; a job with another is out of date.';
drop index messages_by_age, messages_of_a_type, messages_of_a_company;
alter table webhook_message no force row level security;
delete from webhook_message where company_id is null or connection_id is null;
alter table webhook_message force row level security;
alter table webhook_message alter column company_id set not null, alter column connection_id set not null;
alter table webhook_endpoint drop column paused_until, drop column last_success_at, drop column last_failure_at, drop column failing_since;
`;
