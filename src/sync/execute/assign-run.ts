import { Injectable } from '@nestjs/common';
import type { Instant } from '../../domain/time/instant.js';
import type { EventCompany } from '../../domain/run/sync-event.js';
import { Database } from '../../ports/database.js';
import type { Assignment, DelegatingConnector } from '../../ports/delegating-connector.js';
import type { Progress, RunRange } from '../../ports/runs.js';
import type { RunInHand } from './run-in-hand.js';
import { modelsOf } from './pulled-models.js';
import { readPlanOf, type ReadPlan } from './read-plan.js';
import { RunConnection } from './run-connection.js';

/** Puts together what a run's executor must know. */
@Injectable()
export class AssignRun {
  constructor(
    private readonly database: Database,
    private readonly connections: RunConnection,
  ) {}

  /** Undefined where there is nothing to read yet. Throws SourceError for a run that cannot be executed as it is. */
  async of(
    inHand: RunInHand,
    executor: DelegatingConnector,
    { deadline, progress }: { readonly deadline: Instant; readonly progress: Progress },
  ): Promise<Assignment | undefined> {
    const { clientId, owner, started } = inHand;
    const { run, checkpoint } = started;
    const connection = this.connections.of(inHand);
    const models = modelsOf(started, executor).map(({ name }) => name);
    // To a handler an empty list means all: with none of the models it declares there is nothing to hand over.
    if (models.length === 0 && executor.models(connection.settings).length > 0) return undefined;
    // A handler can do the same with all its models.
    const plan = readPlanOf(started, { name: '', capabilities: executor.capabilities });
    if (!plan) return undefined;
    return {
      ...owner,
      connection,
      syncId: run.syncId,
      company: await this.companyOf(clientId, run.companyId),
      trigger: run.trigger,
      attempt: run.attempt,
      range: run.range,
      readRange: readRangeOf(run.range, plan),
      mode: plan.mode,
      models,
      filter: run.filter,
      force: run.force,
      checkpoint: checkpoint.at,
      progress,
      deadline,
    };
  }

  private async companyOf(clientId: string, companyId: string): Promise<EventCompany> {
    const company = await this.database.asClient(clientId, ({ companies }) => companies.find(companyId));
    if (!company) throw new Error(`Company ${companyId} is gone, and its runs should be.`);
    const { id, name, reference, tags } = company;
    return { id, name, reference, tags };
  }
}

/** The span to read, where it is another than the run's. One without an end ends with the run's. */
function readRangeOf(range: RunRange, { window }: ReadPlan): RunRange | undefined {
  if (!window) return undefined;
  const { start, finish = range.finish } = window;
  return start === range.start && finish === range.finish ? undefined : { start, finish };
}
