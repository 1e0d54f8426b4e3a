import { Injectable, Logger } from '@nestjs/common';
import { Counter } from 'prom-client';
import { Metrics } from '../platform/metrics.js';

/** Browsers send no longer ones; whoever else does shall not fill the log. */
const LONGEST_SHOWN = 200;

/** Pages that were turned away, for the operator: they cannot read the answer, and nobody else would ever know. */
@Injectable()
export class RefusedOrigins {
  private readonly logger = new Logger('SyncFlow');
  private readonly count: Counter;

  constructor(metrics: Metrics) {
    this.count = new Counter({
      name: 'meridian_flow_origins_refused_total',
      help: 'Requests to the set-up page’s API from pages that may not use the session.',
      registers: [metrics.registry],
    });
  }

  /** `sessionId` is absent where none is known. */
  note(origin: string | undefined, sessionId?: string): void {
    this.count.inc();
    this.logger.warn({ msg: 'origin refused', origin: origin?.slice(0, LONGEST_SHOWN) ?? null, sessionId });
  }
}
