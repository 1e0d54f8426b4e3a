import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../src/ports/database.js';
import { StartRuns } from '../../src/sync/execute/start-runs.js';
import type { RunInHand } from '../../src/sync/execute/run-in-hand.js';
import { SettleTogether } from '../../src/sync/settle/settle-together.js';
import { eventually } from '../support/eventually.js';
import { query } from '../support/postgres.js';
import { queueAgain, queueRuns, type QueuedRun } from '../support/queued-runs.js';
import { startWorld, type World } from '../support/world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld({ roles: 'worker', workerConcurrency: 40 });
});
afterAll(() => world.close());

const ask = <Row extends Record<string, unknown>>(sql: string, parameters: unknown[] = []) =>
  query<Row>(world.database.superuserUrl, sql, parameters);
const queued = (count: number, clients: number) => queueRuns(world.database.superuserUrl, count, clients);
const idsOf = (runs: readonly QueuedRun[]) => runs.map(({ runId }) => runId);

const take = (run: QueuedRun) => world.app.get(StartRuns, { strict: false }).start(run);
const takeAll = async (runs: readonly QueuedRun[]) => {
  const taken = await Promise.all(runs.map(take));
  return taken.map((inHand) => {
    if (!inHand) throw new Error('A run was not taken.');
    return inHand;
  });
};

const settle = ({ clientId, owner, log }: RunInHand) => {
  const ended = { clientId, ...owner, outcome: { kind: 'synced', records: 0 }, progress: {} } as const;
  return log.keep((lines) => world.app.get(SettleTogether, { strict: false }).settle({ ...ended, lines }));
};

/** How many transactions have written the rows as they are. */
const transactions = async (runs: readonly QueuedRun[]) => {
  const [row] = await ask<{ count: number }>('select count(distinct xmin::text)::int from run where id = any ($1)', [
    idsOf(runs),
  ]);
  return row?.count;
};

describe('500 runs of 50 clients whose jobs come together', () => {
  let runs: readonly QueuedRun[];
  let inHand: readonly RunInHand[];
  beforeAll(async () => {
    runs = await queued(500, 50);
    inHand = await takeAll(runs);
  });

  it('are taken in one transaction, each under a token of its own', async () => {
    expect(await transactions(runs)).toBe(1);
    expect(new Set(inHand.map(({ owner }) => owner.token)).size).toBe(500);
    const rows = await ask(
      `select r.id from run r join sync_period p on p.client_id = r.client_id and p.id = r.period_id
        where r.id = any ($1) and r.state = 'running' and p.status = 'running' and p.owner_token = r.owner_token`,
      [idsOf(runs)],
    );
    expect(rows).toHaveLength(500);
  });

  it('know the settings of their own connection', () => {
    for (const { clientId, started } of inHand) expect(started.connection.settings).toEqual({ of: clientId });
  });

  it('are settled, chained and announced in one transaction', async () => {
    expect(await Promise.all(inHand.map(settle))).toEqual(runs.map(() => true));
    expect(await transactions(runs)).toBe(1);
    const [row] = await ask(
      `select count(*) filter (where status = 'succeeded')::int as succeeded,
              count(*) filter (where status = 'planned')::int as planned,
              (select count(*)::int from webhook_message where sync_id = any ($1)) as messages
         from sync_period where sync_id = any ($1)`,
      [runs.map(({ syncId }) => syncId)],
    );
    expect(row).toEqual({ succeeded: 500, planned: 500, messages: 500 });
  });

  it('have logs of their own', async () => {
    const logs = await ask<{ lines: number }>(
      'select count(*)::int as lines from run_log where run_id = any ($1) group by run_id',
      [idsOf(runs)],
    );
    expect(logs).toEqual(runs.map(() => ({ lines: 1 })));
  });

  it('number the messages of each sync in the order of its periods', async () => {
    const next = await queueAgain(world.database.superuserUrl, runs.slice(0, 100), 2);
    await Promise.all((await takeAll(next)).map(settle));
    const rows = await ask<{ numbers: number[] }>(
      `select array_agg(m.sequence::int order by p.due_date, m.id) as numbers
         from webhook_message m join sync_period p on p.client_id = m.client_id and p.id = m.period_id
        where m.sync_id = any ($1) group by m.sync_id`,
      [next.map(({ syncId }) => syncId)],
    );
    expect(rows).toEqual(next.map(() => ({ numbers: [1, 2] })));
  });
});

describe('of runs that are settled together', () => {
  it('one that another worker has taken over is left to it', async () => {
    const runs = await queued(20, 3);
    const inHand = await takeAll(runs);
    const [lost] = runs;
    if (!lost) throw new Error('no run');
    const other = await take(lost);
    expect(await Promise.all(inHand.map(settle))).toEqual([false, ...Array.from({ length: 19 }, () => true)]);
    const [row] = await ask('select state, owner_token::text as token from run where id = $1', [lost.runId]);
    expect(row).toEqual({ state: 'running', token: other?.owner.token });
  });

  it('one that cannot be settled keeps none of the others from it', async () => {
    const runs = await queued(40, 7);
    const inHand = await takeAll(runs);
    const poisonous = runs[17];
    if (!poisonous) throw new Error('no run');
    const { clientId, syncId } = poisonous;
    await ask(
      `insert into sync_period (client_id, id, sync_id, status, period_start, due_date, run_date, settled_at, time_zone_data, created_at)
       values ($1, 'per_taken', $2, 'succeeded', '2026-01-01', '2026-01-02', '2026-01-02', now(), 'test', now())`,
      [clientId, syncId],
    );
    const settled = await Promise.allSettled(inHand.map(settle));
    const failed = settled.flatMap((result, index) => (result.status === 'rejected' ? [[index, result.reason]] : []));
    expect(failed).toEqual([[17, expect.objectContaining({ constraint: 'succeeded_periods_never_overlap' })]]);
    const rows = await ask(`select id from run where id = any ($1) and state = 'completed'`, [idsOf(runs)]);
    expect(rows).toHaveLength(39);
  });

  it('one that is finished or deleted is not taken, and the others are', async () => {
    const runs = await queued(5, 1);
    await ask('delete from sync where id = $1', [runs[2]?.syncId]);
    const taken = await Promise.all(runs.map(take));
    expect(taken.map((one) => one !== undefined)).toEqual([true, true, false, true, true]);
  });
});

it('ends every run of more jobs than one look takes, and of those that come meanwhile', async () => {
  const [first, second] = [await queued(700, 20), await queued(300, 20)];
  const enqueue = (runs: readonly QueuedRun[]) =>
    world.app
      .get(Database, { strict: false })
      .asDispatcher(({ jobs }) => jobs.enqueueRuns(runs.map(({ clientId, runId }) => ({ clientId, runId }))));
  await enqueue(first);
  await eventually(async () => (await open(first)) < 700, { what: 'the first runs to end' });
  await enqueue(second);
  await eventually(async () => (await open([...first, ...second])) === 0, { what: 'all runs to end', timeout: 50_000 });
  const jobs = () => ask(`select from pgboss.job where name = 'run' and state <> 'completed'`);
  await eventually(async () => (await jobs()).length === 0, { what: 'all jobs to be completed' });
});

const open = async (runs: readonly QueuedRun[]): Promise<number> =>
  (await ask(`select from run where id = any ($1) and finished_at is null`, [idsOf(runs)])).length;
