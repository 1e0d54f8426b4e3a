import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Instant } from '../../domain/time/instant.js';
import { Batches } from '../../platform/batches.js';
import { Clock } from '../../ports/clock.js';
import { Database } from '../../ports/database.js';
import type { RunJob } from '../../ports/job-queue.js';
import type { ConnectionSettings, RunToStart, TakenRun } from '../../ports/run-starts.js';
import { RunLog } from '../logs/run-log.js';
import type { RunInHand } from './run-in-hand.js';

/** Most runs taken in one transaction. */
const MOST_AT_ONCE = 500;

/** Takes the runs whose jobs have come together in one transaction, over all clients. */
@Injectable()
export class StartRuns {
  private readonly batches = new Batches((runs: readonly RunToStart[]) => this.startAll(runs), {
    most: MOST_AT_ONCE,
    atATime: 2,
  });

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The run under a new token; undefined where it is finished or was deleted. */
  start({ clientId, runId }: RunJob): Promise<RunInHand | undefined> {
    return this.batches.add({ clientId, runId, token: randomUUID() });
  }

  private async startAll(runs: readonly RunToStart[]): Promise<readonly (RunInHand | undefined)[]> {
    const now = await this.clock.now();
    const taken = await this.database.asDispatcher(({ runStarts }) => runStarts.start(runs, now));
    const settings = await this.database.asEachClient(({ runConnections }) => runConnections.settingsOf(taken));
    // By token: of two jobs of one run that have come together, one has it.
    const inHand = new Map(taken.map((run) => [run.token, inHandOf(run, settings, now)]));
    return runs.map(({ token }) => inHand.get(token));
  }
}

function inHandOf(
  { clientId, runId, token, started }: TakenRun,
  settings: ReadonlyMap<string, ConnectionSettings>,
  now: Instant,
): RunInHand {
  const connection = { ...started.connection, ...settings.get(started.run.connectionId) };
  return { clientId, started: { ...started, connection }, owner: { runId, token }, log: new RunLog(now) };
}
