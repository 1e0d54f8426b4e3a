import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Taking a run writes no index. */
export class ActiveRuns1763769600021 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(up);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(down);
  }
}

const up = `
-- A table of years takes longer than a statement of the product may.
set local statement_timeout = 0;

-- The same runs, told by an instant that taking a run leaves alone: PostgreSQL writes a row anew in every index as soon as
-- a column changes that any of them names, in its condition too.
drop index one_active_run_per_sync, admitted_runs, runs_to_admit, bulk_runs_to_admit;
create unique index one_active_run_per_sync on run (client_id, sync_id) where finished_at is null;
create index admitted_runs on run (client_id, connection_id) where admitted_at is not null and finished_at is null;
create index runs_to_admit on run (lane, client_id, id)
  where admitted_at is null and finished_at is null and trigger <> 'bulk';
create index bulk_runs_to_admit on run (lane, client_id, id)
  where admitted_at is null and finished_at is null and trigger = 'bulk';
-- Room for it on the same page.
alter table run set (fillfactor = 60);
`;

const down = `
alter table run set (fillfactor = 80);
drop index bulk_runs_to_admit, runs_to_admit, admitted_runs, one_active_run_per_sync;
create unique index one_active_run_per_sync on run (client_id, sync_id) where state in ('created', 'running');
create index admitted_runs on run (client_id, connection_id)
  where admitted_at is not null and state in ('created', 'running');
create index runs_to_admit on run (lane, client_id, id)
  where admitted_at is null and state = 'created' and trigger <> 'bulk';
create index bulk_runs_to_admit on run (lane, client_id, id)
  where admitted_at is null and state = 'created' and trigger = 'bulk';
`;
