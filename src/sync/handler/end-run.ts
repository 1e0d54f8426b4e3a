import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import canonicalize from 'canonicalize';
import { notFound, validationFailed, type Parsed } from '../../domain/problem.js';
import type { RunFailure, RunOutcome } from '../../domain/run/settlement.js';
import { ConnectorRegistry } from '../../ports/connector.js';
import { Database } from '../../ports/database.js';
import type { HandlerRun } from '../../ports/handler-runs.js';
import type { Ownership, Progress, Run } from '../../ports/runs.js';
import { SettleRuns } from '../settle/settle-runs.js';
import { executorOf, requireKnownModels } from './executor.js';
import { parseCompletion, parseFailure, type FailureReport } from './parse-report.js';
import { tooManyVariables } from './read-variables.js';
import { outcomeOf, progressAtEnd } from './reported-result.js';
import type { ReportCommand } from './report-progress.js';
import { superseded } from './superseded.js';

/** What a last report comes to. */
interface End {
  readonly outcome: RunOutcome;
  readonly progress: Progress;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** A last report, with what it comes to for the run it ends. */
interface LastReport {
  readonly token: string;
  /** The same for the same report, whatever the order of its members. */
  readonly digest: Buffer;
  readonly endOf: (held: HandlerRun) => End;
}

/** Takes the last report on a run: it is settled at once, in one transaction with all that follows from it. */
@Injectable()
export class EndRun {
  constructor(
    private readonly database: Database,
    private readonly connectors: ConnectorRegistry,
    private readonly settle: SettleRuns,
  ) {}

  /**
   * Throws 422, 404 for an unknown run, and 409 run_superseded for a token that is not the run's, save for the very
   * report that has ended it: its sender did not get the answer.
   */
  async complete({ clientId, runId, body }: ReportCommand): Promise<Run> {
    const { token, ...result } = valueOf(parseCompletion(body));
    const endOf = (held: HandlerRun): End => {
      requireKnownModels(executorOf(this.connectors, held), held, result.models);
      const progress = progressAtEnd(held.run.progress, result);
      return { outcome: outcomeOf(progress, result), progress, variables: result.variables };
    };
    return this.end(clientId, runId, { token, digest: digestOf('complete', body), endOf });
  }

  /** As complete. */
  async fail({ clientId, runId, body }: ReportCommand): Promise<Run> {
    const report = valueOf(parseFailure(body));
    const endOf = ({ run }: HandlerRun): End => ({
      outcome: { kind: 'failed', failure: failureOf(report) },
      progress: run.progress,
    });
    return this.end(clientId, runId, { token: report.token, digest: digestOf('fail', body), endOf });
  }

  private async end(clientId: string, runId: string, { token, digest, endOf }: LastReport): Promise<Run> {
    const found = await this.hold(clientId, { runId, token });
    if (found) {
      const { variables = {}, ...ended } = endOf(found.held);
      const tooMany = tooManyVariables(found.kept, variables);
      if (tooMany.length > 0) throw validationFailed(tooMany);
      const reported = { digest: digest.toString('hex'), variables };
      // Somebody else may end it in this moment: the settlement looks at the token again.
      await this.settle.execute([{ clientId, runId, token, ...ended, reported }]);
    }
    return this.database.asClient(clientId, async ({ runs, handlerRuns }) => {
      const run = await runs.find(runId);
      if (!run) throw notFound();
      if (await handlerRuns.wasEndedBy(runId, digest)) return run;
      throw superseded(runId);
    });
  }

  /** The run that the token is good for, and which variables its connection has. */
  private hold(clientId: string, owner: Ownership) {
    return this.database.asClient(clientId, async ({ handlerRuns, variables }) => {
      const held = await handlerRuns.hold(owner);
      const kept = held ? await variables.list(held.run.connectionId) : [];
      return held && { held, kept: kept.map(({ name }) => name) };
    });
  }
}

function valueOf<T>(report: Parsed<T>): T {
  if (report.ok) return report.value;
  throw validationFailed(report.problems);
}

const digestOf = (kind: 'complete' | 'fail', body: unknown): Buffer =>
  createHash('sha256')
    .update(`${kind} ${canonicalize(body) ?? ''}`)
    .digest();

function failureOf({ errorMessage, errorDetails, class: failureClass, retryAt }: FailureReport): RunFailure {
  const details = errorDetails.length > 0 ? errorDetails : [errorMessage];
  return { code: 'handler_failed', class: failureClass, message: errorMessage, details, retryAt };
}
