import { Injectable } from '@nestjs/common';
import { RunRequests, type LatestRunRequest } from '../../ports/run-requests.js';
import { Clock } from '../../ports/clock.js';
import { RequestRun } from './request-run.js';

/** "Sync now" of the set-up page: a `latest` run. */
@Injectable()
export class RequestLatest extends RunRequests {
  constructor(
    private readonly clock: Clock,
    private readonly requestRun: RequestRun,
  ) {
    super();
  }

  /** Throws as RequestRun does. */
  override async latest({ clientId, syncId, sessionId }: LatestRunRequest): Promise<void> {
    const now = await this.clock.now();
    const request = { span: { type: 'latest' }, models: [], filter: {}, force: false } as const;
    await this.requestRun.start({ clientId, keyId: sessionId, syncId }, { request, trigger: 'flow', now });
  }
}
