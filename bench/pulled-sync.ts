import { randomUUID } from 'node:crypto';
import type { IdPrefix } from '../src/domain/id.js';
import { instantOf } from '../src/domain/time/instant.js';
import { makeId } from '../src/platform/new-id.js';
import type { Progress } from '../src/ports/runs.js';
import { PullRun } from '../src/sync/execute/pull-run.js';
import { RunLog } from '../src/sync/logs/run-log.js';
import type { BenchDatabase } from './bench-database.js';

export const PAGE_SIZE = 1_000;

/** `orders` of a bench/json-source.ts, which cannot filter. */
const settingsOf = (baseUrl: string) => ({
  baseUrl,
  models: {
    orders: {
      path: 'orders',
      recordsPath: 'data',
      updatedAtField: 'updatedAt',
      pagination: { type: 'cursor', sizeParam: 'size', cursorParam: 'cursor', cursorPath: 'next' },
      pageSize: PAGE_SIZE,
    },
  },
});

interface SyncIds {
  readonly clientId: string;
  readonly companyId: string;
  readonly connectionId: string;
  readonly syncId: string;
}

/** The sync of one connection to a JSON source, pulled by the parts of the product that a worker pulls it by. */
export class PulledSync {
  private constructor(
    private readonly bench: BenchDatabase,
    readonly ids: SyncIds,
  ) {}

  static async create(bench: BenchDatabase, sourceUrl: string): Promise<PulledSync> {
    const id = (prefix: IdPrefix) => makeId(prefix, instantOf(Date.now()));
    const ids = { clientId: id('cli'), companyId: id('com'), connectionId: id('con'), syncId: id('syn') };
    const { clientId, companyId, connectionId, syncId } = ids;
    const insert = (sql: string, values: readonly string[]) => bench.superuser.query(sql, [...values]);
    await insert(`insert into client (id, name, created_at, updated_at) values ($1, 'bench', now(), now())`, [
      clientId,
    ]);
    await insert(
      `insert into company (client_id, id, name, created_at, updated_at) values ($1, $2, 'bench', now(), now())`,
      [clientId, companyId],
    );
    await insert(
      `insert into connection (client_id, id, company_id, platform, name, settings, state, created_at, updated_at)
       values ($1, $2, $3, 'rest', 'bench', $4, 'linked', now(), now())`,
      [clientId, connectionId, companyId, JSON.stringify(settingsOf(sourceUrl))],
    );
    await insert(
      `insert into sync (client_id, id, connection_id, company_id, created_at, updated_at)
       values ($1, $2, $3, $4, now(), now())`,
      [clientId, syncId, connectionId, companyId],
    );
    return new PulledSync(bench, ids);
  }

  /** One run from its start to its last page. */
  async run(mode: 'audit' | 'full'): Promise<Progress> {
    const { database, superuser, app } = this.bench;
    const { clientId, companyId, connectionId, syncId } = this.ids;
    const now = instantOf(Date.now());
    const owner = { runId: makeId('run', now), token: randomUUID() };
    await superuser.query(
      `insert into run (client_id, id, sync_id, company_id, connection_id, trigger, mode, range_finish, attempt, created_at)
       values ($1, $2, $3, $4, $5, 'full', $6, now(), 1, now())`,
      [clientId, owner.runId, syncId, companyId, connectionId, mode],
    );
    const started = await database.asClient(clientId, ({ runs }) => runs.start(owner, now));
    if (!started) throw new Error('The run did not start.');
    const inHand = { clientId, started, owner, log: new RunLog(now) };
    const pull = app.get(PullRun, { strict: false });
    const { outcome, progress } = await pull.execute(inHand, new AbortController().signal);
    if (outcome.kind !== 'synced') throw new Error(JSON.stringify(outcome));
    await superuser.query(
      `update run set state = 'completed', owner_token = null, finished_at = now() where client_id = $1 and id = $2`,
      [clientId, owner.runId],
    );
    return progress;
  }
}
