import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../ports/clock.js';
import { ConnectorRegistry } from '../../ports/connector.js';
import { Database } from '../../ports/database.js';
import type { TakenBack } from '../../ports/handler-runs.js';
import { RunConnection } from '../execute/run-connection.js';
import { SettleRuns } from '../settle/settle-runs.js';
import { AbortNotice } from './abort-notice.js';
import { executorOf } from './executor.js';

/** Aborts a run that a handler has accepted: at once, since no worker holds it. */
@Injectable()
export class TakeBackRun {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly connectors: ConnectorRegistry,
    private readonly connections: RunConnection,
    private readonly settle: SettleRuns,
    private readonly notice: AbortNotice,
  ) {}

  /** Does nothing where no handler has the run: it is in the hands of a worker, or over. */
  async execute(clientId: string, runId: string): Promise<void> {
    const owner = { runId, token: randomUUID() };
    const now = await this.clock.now();
    const taken = await this.database.asClient(clientId, ({ handlerRuns }) => handlerRuns.takeBack(owner, now));
    if (!taken) return;
    const ended = { ...owner, clientId, outcome: { kind: 'aborted' }, progress: taken.run.progress } as const;
    const settled = await this.settle.execute([{ ...ended, reported: {} }]);
    if (settled.length > 0) this.tell(clientId, taken);
  }

  private tell(clientId: string, taken: TakenBack): void {
    const { run, connection, token } = taken;
    // Without its secret nothing can be signed, and an unsigned message must not be believed.
    if (connection.state !== 'linked') return;
    const handed = { runId: run.id, token, syncId: run.syncId };
    this.notice.send(executorOf(this.connectors, connection), {
      ...handed,
      connection: this.connections.of({ clientId, started: taken }),
    });
  }
}
