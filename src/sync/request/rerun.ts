import { Injectable } from '@nestjs/common';
import { notFound, validationFailed, type Problem } from '../../domain/problem.js';
import { Clock } from '../../ports/clock.js';
import { Database } from '../../ports/database.js';
import type { Run } from '../../ports/runs.js';
import { MakeRun } from './make-run.js';
import { readBoolean, readObject, reportTo, reportUnknown } from './members.js';
import { readReason } from './run-parameters.js';
import { wishToRepeat, type RunWish } from './run-wish.js';

export interface RerunCommand {
  readonly clientId: string;
  readonly keyId: string;
  readonly runId: string;
}

/** Repeats a finished run. */
@Injectable()
export class Rerun {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly make: MakeRun,
  ) {}

  /** Answers the new run. Throws 404 for an unknown run, 409 `run_active` while it goes on itself, and as MakeRun does. */
  async execute({ clientId, keyId, runId }: RerunCommand, body: unknown): Promise<Run> {
    const asked = readRerun(body);
    const now = await this.clock.now();
    return this.database.asClient(clientId, async (stores) => {
      const run = await stores.runs.find(runId);
      const chain = run && (await stores.syncs.lockChain(run.syncId));
      if (!chain) throw notFound();
      return this.make.execute(stores, {
        chain,
        wish: wishToRepeat(run, chain.sync, { ...asked, keyId }),
        now,
      });
    });
  }
}

/** The body may be left out. Throws 422 with every problem. */
function readRerun(body: unknown): Pick<RunWish, 'reason'> & { readonly force?: boolean } {
  if (body === undefined) return {};
  const problems: Problem[] = [];
  const report = reportTo(problems);
  const members = readObject(body, report) ?? {};
  reportUnknown(members, ['force', 'reason'], report);
  const asked = { force: readBoolean(members, 'force', report), reason: readReason(members, report) };
  if (problems.length > 0) throw validationFailed(problems);
  return asked;
}
