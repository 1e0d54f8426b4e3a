import { toIso, type Instant } from '../../domain/time/instant.js';
import type { RunLogLine } from '../../ports/run-log.js';
import type { SettledRun } from '../../ports/settlements.js';
import { changesIn } from '../logs/model-lines.js';
import type { DecidedSettlement } from './decide-settlement.js';

/** What a settlement tells the log of its run: every message of a failure, how it ended, and what comes next. */
export function settlementLines(decided: DecidedSettlement, now: Instant): readonly RunLogLine[] {
  const { settlement, rows } = decided;
  const [run] = rows.runs;
  if (!run) return [];
  const level = settlement.kind === 'retry' ? 'warn' : 'error';
  const messages = run.failure ? (run.errorDetails ?? run.failure.message).split('\n') : [];
  return [
    ...messages.map((message) => ({ at: now, level, message, data: { code: run.failure?.code } }) as const),
    endingLine(decided, run, now),
    ...stopLines(decided, now),
  ];
}

function endingLine({ context, settlement, rows }: DecidedSettlement, run: SettledRun, at: Instant): RunLogLine {
  const next = rows.planned[0]?.window.dueDate;
  const then = next === undefined ? '' : ` Next due ${toIso(next)}.`;
  if (settlement.kind === 'retry') {
    const counts = settlement.countsAsAttempt
      ? `, as attempt ${context.run.attempt + 1}`
      : '; this attempt does not count';
    return { at, level: 'warn', message: `To be tried again at ${toIso(settlement.at)}${counts}.` };
  }
  if (run.state === 'aborted') {
    const asked = context.run.abortRequestedAt;
    const when = asked === undefined ? '' : `, as was asked at ${toIso(asked)}`;
    return { at, level: 'warn', message: `Aborted${when}.${then}` };
  }
  if (settlement.kind === 'failed') {
    const merged = next === undefined ? '' : ' The next period reads this span as well.';
    return { at, level: 'error', message: `Failed: ${run.status}.${merged}${then}` };
  }
  const watermark = rows.syncs[0]?.watermark;
  const moved = watermark === undefined ? '' : ` The watermark moved to ${toIso(watermark)}.`;
  return { at, level: 'info', message: `Succeeded: ${changesIn(totals(run))}.${moved}${then}`, data: totals(run) };
}

function stopLines({ rows }: DecidedSettlement, at: Instant): readonly RunLogLine[] {
  return rows.syncs.flatMap(({ stop }) =>
    stop === undefined ? [] : [{ at, level: 'error', message: `The sync is ${stop.state} now: ${stop.reason}.` }],
  );
}

function totals({ progress }: SettledRun) {
  const sum = { created: 0, updated: 0, skipped: 0, deleted: 0 };
  for (const model of Object.values(progress)) {
    sum.created += model.created;
    sum.updated += model.updated;
    sum.skipped += model.skipped;
    sum.deleted += model.deleted;
  }
  return sum;
}
