import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import { Pool, type QueryResultRow } from 'pg';
import { startEmbeddedDatabase, type EmbeddedDatabase } from '../../../src/storage/embedded/embedded-database.js';
import { openStorage } from '../../../src/storage/open-storage.js';

/**
 * A commit reaches the kernel before it is answered, so that an immediate stop of the server loses nothing; only the
 * wait for the disk is left out, which nothing here could tell from its presence.
 */
const SETTINGS = ['fsync=off', 'full_page_writes=off', 'shared_buffers=256MB', 'max_connections=400'];

/**
 * A clock of its own for one database. Its schema stands before pg_catalog in the search path, so that the product's
 * plain `clock_timestamp()` finds it, in every process at once; the queue's `pg_catalog.now()` does not.
 */
const testClock = `
create schema test_clock;
create table test_clock.shift (ahead interval not null);
insert into test_clock.shift values ('0');
create function test_clock.clock_timestamp() returns timestamptz language sql volatile
  as 'select pg_catalog.clock_timestamp() + (select ahead from test_clock.shift)';
grant usage on schema test_clock to public;
grant select on test_clock.shift to public;
alter database meridian set search_path = public, test_clock, pg_catalog;
`;

/** A PostgreSQL server for one run of the kill loop: it can be stopped, started again, and its clock set. */
export class ChaosDatabase {
  private ahead = 0;
  private server: EmbeddedDatabase;
  private pool: Pool;

  private constructor(
    private readonly dataDir: string,
    server: EmbeddedDatabase,
  ) {
    this.attach(server);
  }

  /** Migrated, and with a clock that can be set. */
  static async start(): Promise<ChaosDatabase> {
    const dataDir = await mkdtemp(join(tmpdir(), 'meridian-chaos-'));
    const server = await startEmbeddedDatabase({ dataDir, settings: SETTINGS });
    const onError = (error: Error): unknown => process.stderr.write(`${error.message}\n`);
    const storage = await openStorage({ url: server.url, backend: 'postgres', poolSize: 2, worker: false, onError });
    await storage.close();
    const database = new ChaosDatabase(dataDir, server);
    await database.sql(testClock);
    await database.pool.end();
    database.attach(server);
    return database;
  }

  get port(): number {
    return Number(new URL(this.server.url).port);
  }

  /** As the owner of the tables connects, through another port. */
  urlThrough(port: number): string {
    const url = new URL(this.server.url);
    url.port = String(port);
    return url.toString();
  }

  async sql<Row extends QueryResultRow>(text: string, parameters: unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(text, parameters)).rows;
  }

  /** Milliseconds since 1970 on the database's clock, without asking: it runs on this machine's. */
  now(): number {
    return Date.now() + this.ahead;
  }

  /**
   * From here on the clock runs on from `instant`, milliseconds since 1970; never backwards. Heartbeats go with it: by
   * those of days ago every process would be dead for a moment, and what is due be planned for none. So do starts of
   * runs under way: one that had taken two days would be expected to take as long the next time.
   */
  async setClock(instant: number): Promise<void> {
    const ahead = instant - Date.now();
    if (ahead < this.ahead) throw new Error('The clock of a database does not go back.');
    // Before the database's, so that whoever reads both never finds this one behind.
    this.ahead = ahead;
    await pRetry(() => this.moveClock(ahead), { retries: 120, minTimeout: 500, factor: 1 });
  }

  /** Fails while the server is stopped. */
  private async moveClock(ahead: number): Promise<void> {
    await this.sql(
      `with past as (select ahead from test_clock.shift),
            moved as (update test_clock.shift set ahead = make_interval(secs => $1)),
            begun as (update run set started_at = started_at + (make_interval(secs => $1) - past.ahead)
                        from past where state = 'running')
       update process set seen_at = pg_catalog.clock_timestamp() + make_interval(secs => $1)`,
      [ahead / 1000],
    );
  }

  /** Breaks the connection of a backend of the product, one in a transaction if any is; answers whether there was one. */
  async terminateBackend(chance: number): Promise<boolean> {
    const rows = await this.sql(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = 'meridian' and usename = 'meridian'
        order by xact_start is null, md5(pid::text || $1::text) limit 1`,
      [String(chance)],
    );
    return rows.length > 0;
  }

  /** Stops the server as a power cut would: nobody is asked, nothing is finished. Then starts it on the same data. */
  async crash(how: 'SIGQUIT' | 'SIGKILL'): Promise<void> {
    await this.pool.end();
    process.kill(this.server.pid, how);
    await this.gone(this.server.pid);
    await this.server.stop();
    this.attach(await startEmbeddedDatabase({ dataDir: this.dataDir, settings: SETTINGS }));
  }

  async close(): Promise<void> {
    await this.pool.end();
    await this.server.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  private attach(server: EmbeddedDatabase): void {
    this.server = server;
    const url = new URL(server.superuserUrl);
    url.pathname = '/meridian';
    this.pool = new Pool({ connectionString: url.toString(), max: 4 });
    this.pool.on('error', () => undefined);
  }

  private async gone(pid: number): Promise<void> {
    for (let tries = 0; tries < 1200 && isAlive(pid); tries += 1) await sleep(25);
    // The backends of a killed server notice on their own, and hold its memory until then.
    await sleep(500);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
