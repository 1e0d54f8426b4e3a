import { randomUUID } from 'node:crypto';
import { Clock } from '../../src/ports/clock.js';
import { Database } from '../../src/ports/database.js';
import { PullRun } from '../../src/sync/execute/pull-run.js';
import { RunLog } from '../../src/sync/logs/run-log.js';
import { SettleRuns } from '../../src/sync/settle/settle-runs.js';
import type { TestClient, World } from './world.js';

/** Takes a run from the worker that has it, as another one does when that is lost, and brings it to its end. */
export async function takeOver({ app }: World, { clientId }: TestClient, runId: string): Promise<void> {
  const owner = { runId, token: randomUUID() };
  const now = await app.get(Clock, { strict: false }).now();
  const database = app.get(Database, { strict: false });
  const started = await database.asClient(clientId, ({ runs }) => runs.start(owner, now));
  if (!started) throw new Error(`Run ${runId} is over.`);
  const inHand = { clientId, started, owner, log: new RunLog(now) };
  const pulled = await app.get(PullRun, { strict: false }).execute(inHand, new AbortController().signal);
  await app.get(SettleRuns, { strict: false }).execute([{ ...owner, clientId, ...pulled }]);
}
