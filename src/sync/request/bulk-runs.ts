import { Injectable } from '@nestjs/common';
import { DomainError, type Problem } from '../../domain/problem.js';
import type { Instant } from '../../domain/time/instant.js';
import { Cursors } from '../../platform/cursors.js';
import { Clock } from '../../ports/clock.js';
import { Database } from '../../ports/database.js';
import type { Run } from '../../ports/runs.js';
import { parseBulkRequest } from './bulk-request.js';
import { RequestRun } from './request-run.js';
import type { RunRequest } from './run-request.js';

export interface BulkCommand {
  readonly clientId: string;
  readonly keyId: string;
}

/** What became of one sync. */
export type BulkResult =
  { readonly syncId: string; readonly run: Run } | { readonly syncId: string; readonly refusal: DomainError };

export interface BulkAnswer {
  readonly data: readonly BulkResult[];
  readonly nextCursor: string | null;
}

/** Syncs started at the same time: enough not to wait on each, and room in the pool for the others' requests. */
const AT_ONCE = 4;

/** One request for runs of many syncs. Each has its own transaction, so one that cannot start stops no other. */
@Injectable()
export class BulkRuns {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
    private readonly requestRun: RequestRun,
  ) {}

  /** Throws 422 for what is wrong in the body, 400 invalid_cursor, and what stops every sync, as an outage does. */
  async execute(command: BulkCommand, body: unknown): Promise<BulkAnswer> {
    const { clientId } = command;
    const now = await this.clock.now();
    const { select, run, limit, cursor } = parseBulkRequest(body, now);
    const list = `bulk runs of ${JSON.stringify(select)}`;
    const page = this.cursors.request(clientId, list, { limit, cursor });
    const syncs = await this.database.asClient(clientId, (stores) => stores.syncs.matching(select, page));
    const results: BulkResult[] = [];
    for (let from = 0; from < syncs.data.length; from += AT_ONCE) {
      const group = syncs.data.slice(from, from + AT_ONCE);
      results.push(...(await Promise.all(group.map((syncId) => this.start({ ...command, syncId }, run, now)))));
    }
    return this.cursors.answer(clientId, list, { ...syncs, data: results }, (result) => result);
  }

  private async start(command: BulkCommand & { readonly syncId: string }, request: RunRequest, now: Instant) {
    const { syncId } = command;
    try {
      return { syncId, run: await this.requestRun.start(command, { request, trigger: 'bulk', now }) };
    } catch (error) {
      if (error instanceof DomainError) return { syncId, refusal: placed(error) };
      throw error;
    }
  }
}

/** The request of the one sync is a member of this one. */
function placed(error: DomainError): DomainError {
  const { code, status, message, details } = error;
  const problems = error.problems?.map((problem): Problem => ({ ...problem, pointer: `/run${problem.pointer}` }));
  return new DomainError({ code, status, message, details, problems });
}
