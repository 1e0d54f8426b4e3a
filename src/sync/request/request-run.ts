import { Injectable } from '@nestjs/common';
import { notFound, validationFailed } from '../../domain/problem.js';
import type { Instant } from '../../domain/time/instant.js';
import { Clock } from '../../ports/clock.js';
import { Database } from '../../ports/database.js';
import type { Run, RunTrigger } from '../../ports/runs.js';
import { MakeRun } from './make-run.js';
import { parseRunRequest, type RunRequest } from './run-request.js';
import { wishOf } from './run-wish.js';

export interface RequestRunCommand {
  readonly clientId: string;
  readonly keyId: string;
  readonly syncId: string;
}

interface ReadRequest {
  readonly request: RunRequest;
  readonly trigger: RunTrigger;
  readonly now: Instant;
}

/** Manual runs: `latest`, `range`, `full`. One transaction; the dispatcher admits the run as soon as there is room. */
@Injectable()
export class RequestRun {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly make: MakeRun,
  ) {}

  /** Throws 404 for an unknown sync, 422 for what is wrong in the body, and as MakeRun does. */
  async execute(command: RequestRunCommand, body: unknown): Promise<Run> {
    const now = await this.clock.now();
    const request = parseRunRequest(body, { now });
    if (!request.ok) throw validationFailed(request.problems);
    return this.start(command, { request: request.value, trigger: request.value.span.type, now });
  }

  /** As execute, of what has been read already. */
  start({ clientId, keyId, syncId }: RequestRunCommand, { request, trigger, now }: ReadRequest): Promise<Run> {
    return this.database.asClient(clientId, async (stores) => {
      const chain = await stores.syncs.lockChain(syncId);
      if (!chain) throw notFound();
      const wish = wishOf(request, chain.sync, { trigger, keyId });
      return this.make.execute(stores, { chain, wish, now });
    });
  }
}
