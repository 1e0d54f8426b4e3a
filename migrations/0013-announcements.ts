import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a period becomes late, so that it can be told once; where the feed was when a run began, so that its changes can. */
export class Announcements1763769600013 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(up);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(down);
  }
}

const up = `
alter table sync_period add column late_at timestamptz(3);
comment on column sync_period.late_at is 'The next due date, by which it should have succeeded; null once that it has not was told.';
create index open_periods_by_late_at on sync_period (late_at)
  where late_at is not null and status in ('assigned', 'queued', 'running');

alter table run add column feed_from bigint;
comment on column run.feed_from is 'The newest number of the connection''s change feed when its first attempt began.';
grant select (platform) on connection to meridian_dispatcher;
`;

const down = `
revoke select (platform) on connection from meridian_dispatcher;
alter table run drop column feed_from;
alter table sync_period drop column late_at;
`;
