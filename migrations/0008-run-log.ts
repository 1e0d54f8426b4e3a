import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What each run tells of itself, line by line. */
export class RunLog1763769600008 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(up);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(down);
  }
}

const up = `
create table run_log (
  client_id text not null,
  run_id    text not null,
  sequence  bigint not null,
  at        timestamptz(3) not null,
  level     text not null,
  model     text,
  message   text not null,
  data      jsonb,
  primary key (client_id, run_id, sequence),
  foreign key (client_id, run_id) references run (client_id, id) on delete cascade,
  constraint run_log_level_is_known check (level in ('debug', 'info', 'warn', 'error')),
  constraint run_log_message_is_short check (length(message) <= 4000)
);
comment on column run_log.sequence is 'Place in the log of its run, from 1 without gaps. Whoever writes a line holds the run.';
-- Only for forgetting old lines, whoever they belong to.
create index run_log_by_age on run_log (at);

alter table run_log enable row level security, force row level security;
create policy rows_of_the_client on run_log to meridian_app
  using (client_id = current_client_id()) with check (client_id = current_client_id());
-- One settlement and one look of the streams serve many clients at once.
create policy dispatcher_rows on run_log to meridian_dispatcher using (true) with check (true);
grant select, insert, update, delete on run_log to meridian_app;
grant select, insert, delete on run_log to meridian_dispatcher;
`;

const down = `
drop table run_log;
`;
