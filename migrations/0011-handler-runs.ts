import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Runs that the client's own code executes. */
export class HandlerRuns1763769600011 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(up);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(down);
  }
}

const up = `
alter table run
  add column answer_deadline timestamptz(3),
  add column report_digest   bytea,
  add constraint awaits_no_longer_than_the_deadline check (awaiting_until <= answer_deadline),
  add constraint only_finished_has_a_last_report check (report_digest is null or finished_at is not null);
comment on column run.answer_deadline is 'Until when the client''s own code must have answered, however many heartbeats there are.';
comment on column run.report_digest is 'SHA-256 of the report that ended it, so that the same one again is answered alike.';

-- What a report says is written with the settlement, which serves many clients at once.
create policy dispatcher_rows on connection_variable to meridian_dispatcher using (true) with check (true);
grant select, insert, update on connection_variable to meridian_dispatcher;
`;

const down = `
drop policy dispatcher_rows on connection_variable;
revoke all on connection_variable from meridian_dispatcher;
alter table run drop column answer_deadline, drop column report_digest;
`;
