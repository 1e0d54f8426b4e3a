import { quietUntil, type QuietHours } from '../domain/load/quiet-hours.js';
import { toIso, type Instant } from '../domain/time/instant.js';
import type { SyncPeriod } from '../ports/syncs.js';

/** What the runs of a sync come under now: limits and quiet hours, where there are any. */
export interface RunLimits {
  readonly client?: number;
  readonly connection?: number;
  readonly source?: number;
  readonly sourceHost?: string;
  readonly quietHours?: QuietHours;
}

const REASONS: Readonly<Record<string, string>> = {
  on_time: 'at its due date',
  spread: 'a little after its due date, so that equal due dates do not start together',
  capacity: 'because earlier slots were full',
  backfill_share: 'because earlier slots were full for backfills, which get at most half of each',
  overload: 'in a slot beyond capacity, because every slot before the next due date was full',
  quiet_hours: 'when the quiet hours are over',
  catch_up: 'at once, because its due date had passed when it was planned',
  capacity_dropped: 'later than first planned, because there are fewer workers now',
  retry: 'again, after an attempt that failed',
  requested: 'as soon as there was room, because it was asked for',
};

/** When a period runs or ran, and why then. */
export function runDateSentence(period: SyncPeriod, limits: RunLimits): string {
  const { runDate, runDateReason = '', dueDate, status } = period;
  if (runDate === undefined) return `The period up to ${toIso(dueDate)} has no run date yet.`;
  const reason = limitReason(runDateReason, limits) ?? REASONS[runDateReason];
  const verb = status === 'assigned' || status === 'queued' ? 'runs' : 'ran';
  const text = `The period up to ${toIso(dueDate)} ${verb} at ${toIso(runDate)}${reason === undefined ? '' : `, ${reason}`}.`;
  return text + (status === 'assigned' ? heldBack(runDate, limits) : '');
}

/** Retries, and whatever finds no other room, may have a run date in quiet hours: it starts when they are over. */
function heldBack(runDate: Instant, { quietHours }: RunLimits): string {
  const end = quietHours && quietUntil(quietHours, runDate);
  return end === undefined ? '' : ` That is in the client’s quiet hours, so it starts no sooner than ${toIso(end)}.`;
}

function limitReason(reason: string, { client, connection, source, sourceHost }: RunLimits): string | undefined {
  if (reason === 'client_limit') return fullFor('the client’s limit', client);
  if (reason === 'connection_limit') return fullFor('the connection’s limit', connection);
  if (reason === 'source_limit') return fullFor(`the limit at ${sourceHost ?? 'the source'}`, source);
  return undefined;
}

/** A limit may have been lifted since. */
const fullFor = (limit: string, most: number | undefined): string => {
  const of = most === undefined ? '' : ` of ${most} ${most === 1 ? 'run' : 'runs'} at a time`;
  return `because earlier slots were full for ${limit}${of}`;
};
