import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How connections are read is planned once a session, not once a client. */
export class ConnectionPlans1763769600022 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // Both looks are by key: knowing the client teaches the planner nothing, and cost three quarters of the statement.
    await queryRunner.query(
      'alter function connections_of_clients(text[], text[]) set plan_cache_mode = force_generic_plan',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('alter function connections_of_clients(text[], text[]) reset plan_cache_mode');
  }
}
