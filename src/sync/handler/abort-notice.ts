import { Injectable, Logger } from '@nestjs/common';
import type { DelegatingConnector, HandedRun } from '../../ports/delegating-connector.js';

/** Tells handlers that a run is no longer theirs, as far as they can be reached: their next call would be refused anyway. */
@Injectable()
export class AbortNotice {
  private readonly logger = new Logger('handler');

  /** Does not wait; that somebody could not be told is logged and nothing else. */
  send(executor: DelegatingConnector, handed: HandedRun): void {
    executor.abort(handed, new AbortController().signal).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      this.logger.warn(`The handler of ${handed.runId} could not be told that the run was aborted: ${reason}`);
    });
  }
}
