import { randomInt } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import type { Instant } from '../../domain/time/instant.js';
import { oneLine } from '../../domain/run/one-line.js';
import type { RunOutcome } from '../../domain/run/settlement.js';
import { Counters } from '../../platform/counters.js';
import { FeedCursors } from '../../platform/feed-cursors.js';
import { makeId } from '../../platform/new-id.js';
import { TimeZoneData } from '../../platform/time-zone-data.js';
import { Clock } from '../../ports/clock.js';
import { Database } from '../../ports/database.js';
import type { LinesOfRun, RunLogLine } from '../../ports/run-log.js';
import type { Ownership, Progress } from '../../ports/runs.js';
import type { SettlementContext, SettlementRows } from '../../ports/settlements.js';
import { decideSettlement, type DecidedSettlement } from './decide-settlement.js';
import type { Reported } from './finished-run.js';
import { settledLine } from './settled-line.js';
import { settlementLines } from './settlement-lines.js';

/** A run that has ended in this process, still owned by it. */
export interface EndedRun extends Ownership {
  readonly clientId: string;
  readonly outcome: RunOutcome;
  readonly progress: Progress;
  /** When the source had been listed to the end. */
  readonly listedAt?: Instant;
  /** Another worker had it before, and time may have passed in which nobody did. */
  readonly takenOver?: boolean;
  /** What the client's own code has reported, where it executed the run. */
  readonly reported?: Reported;
  /** What its log has to tell up to its end. */
  readonly lines?: readonly RunLogLine[];
}

/** Settles, chains and announces: one transaction for any number of runs, of any clients. */
@Injectable()
export class SettleRuns {
  private readonly logger = new Logger('settle');

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly timeZoneData: TimeZoneData,
    private readonly feedCursors: FeedCursors,
    private readonly counters: Counters,
  ) {}

  /** Answers the tokens of the runs that were settled; one that was taken over in the meantime is left out. */
  async execute(ended: readonly EndedRun[]): Promise<readonly string[]> {
    const now = await this.clock.now();
    const decided = await this.database.asDispatcher(async ({ settlements, runLogs, outbox, jobs }) => {
      const contexts = await settlements.load(ended);
      // By token, so that what a stale owner says of a run is not taken for the word of the present one.
      const byToken = new Map(ended.map((run) => [run.token, run]));
      const all = contexts.map((context) => this.decide(context, byToken.get(context.token), now));
      await settlements.save(combined(all), now);
      await runLogs.add(all.map((one) => logOf(one, byToken.get(one.context.token), now)));
      const deliveries = await outbox.publish(
        all.flatMap((one) => one.messages),
        now,
      );
      await jobs.enqueueDeliveries(deliveries);
      return all;
    });
    for (const one of decided) {
      this.counters.runsFinished.inc({ outcome: one.settlement.kind });
      this.logger.log(settledLine(one.context, one.settlement, one.rows));
    }
    return decided.map(({ context }) => context.token);
  }

  private decide(context: SettlementContext, run: EndedRun | undefined, now: Instant): DecidedSettlement {
    if (!run) throw new Error(`Run ${context.run.id} was not asked for.`);
    return decideSettlement(
      {
        context,
        outcome: asWished(context, showable(run.outcome)),
        progress: run.progress,
        listedAt: run.listedAt,
        takenOver: run.takenOver,
        reported: run.reported,
      },
      {
        periodId: makeId('per', now),
        messageId: () => makeId('msg', now),
        feedCursor: (clientId, connectionId, after) => this.feedCursors.after(clientId, connectionId, after),
        jitter: randomInt(2 ** 32) / 2 ** 32,
        timeZoneData: this.timeZoneData.version,
      },
      now,
    );
  }
}

/** Whatever a source or a handler said, its words can be kept and shown. */
function showable(outcome: RunOutcome): RunOutcome {
  if (outcome.kind !== 'failed') return outcome;
  const { message, details } = outcome.failure;
  return { ...outcome, failure: { ...outcome.failure, message: oneLine(message), details: details.map(oneLine) } };
}

/** A run that somebody wanted to stop, and that failed before it heard of it, is not tried again either. */
const asWished = ({ run }: SettlementContext, outcome: RunOutcome): RunOutcome =>
  outcome.kind === 'failed' && run.abortRequestedAt !== undefined ? { kind: 'aborted' } : outcome;

/** What a run has told so far, and how it was settled. */
function logOf(decided: DecidedSettlement, ended: EndedRun | undefined, now: Instant): LinesOfRun {
  const { clientId, run } = decided.context;
  const { lines = [] } = ended ?? {};
  return { clientId, runId: run.id, lines: [...lines, ...settlementLines(decided, now)] };
}

function combined(all: readonly DecidedSettlement[]): SettlementRows {
  const rows = all.map((one) => one.rows);
  return {
    runs: rows.flatMap((one) => one.runs),
    periods: rows.flatMap((one) => one.periods),
    syncs: rows.flatMap((one) => one.syncs),
    deauthorized: rows.flatMap((one) => one.deauthorized),
    variables: lastOfEach(rows.flatMap((one) => one.variables)),
    planned: rows.flatMap((one) => one.planned),
  };
}

/** Two runs of one connection may say something of the same variable; the later word stands. */
function lastOfEach(variables: SettlementRows['variables']): SettlementRows['variables'] {
  const keyOf = ({ clientId, connectionId, name }: SettlementRows['variables'][number]) =>
    JSON.stringify([clientId, connectionId, name]);
  return [...new Map(variables.map((variable) => [keyOf(variable), variable])).values()];
}
