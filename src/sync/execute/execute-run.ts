import { Injectable } from '@nestjs/common';
import { ConnectorRegistry } from '../../ports/connector.js';
import { DelegatingConnector } from '../../ports/delegating-connector.js';
import { DelegateRun } from './delegate-run.js';
import type { RunInHand } from './run-in-hand.js';
import { PullRun, type PulledRun } from './pull-run.js';

/** Executes a started run: Meridian reads the source itself, or hands the run to code that does. */
@Injectable()
export class ExecuteRun {
  constructor(
    private readonly connectors: ConnectorRegistry,
    private readonly pull: PullRun,
    private readonly delegate: DelegateRun,
  ) {}

  /** How the run ended; undefined where it was accepted elsewhere and ends later. Throws as PullRun does. */
  execute(inHand: RunInHand, signal: AbortSignal): Promise<PulledRun | undefined> {
    const connector = this.connectors.find(inHand.started.connection.platform);
    return connector instanceof DelegatingConnector
      ? this.delegate.execute(inHand, connector, signal)
      : this.pull.execute(inHand, signal);
  }
}
