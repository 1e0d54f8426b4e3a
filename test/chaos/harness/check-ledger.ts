import type { ReadPeriod, ReadShop } from './final-read.js';
import { owedEdges } from './owed.js';

export interface Horizon {
  /** Every due date up to here must be done. */
  readonly required: number;
  /** None after this can be. */
  readonly possible: number;
}

const iso = (at: number | undefined): string => (at === undefined ? 'nothing' : new Date(at).toISOString());
const shown = ({ start, dueDate, status }: ReadPeriod): string => `[${iso(start)}, ${iso(dueDate)}) ${status}`;

/** The done periods of a shop tile its time line, their edges are those owed, and none began before it was due. */
export function checkLedger(read: ReadShop, horizon: Horizon): readonly string[] {
  const { shop, periods, coverage, state } = read;
  const done = periods.filter(({ status }) => status === 'succeeded');
  const owed = owedEdges(shop.schedule, shop.configuredAt, horizon.possible);
  const found = [
    ...tiling(done, owed),
    ...edges(done, owed),
    ...merged(read, owed),
    ...reach(done, owed, horizon),
    ...earliness(periods),
    ...open(periods),
  ];
  if (!coverage.complete) found.push(`its coverage has gaps or overlaps: ${JSON.stringify(coverage)}`);
  if (state !== 'active') found.push(`it is ${state}`);
  return found.map((finding) => `${shop.name} (${shop.syncId}): ${finding}`);
}

function tiling(done: readonly ReadPeriod[], owed: readonly number[]): readonly string[] {
  const first = done[0];
  const found = first && first.start !== owed[0] ? [`starts at ${iso(first.start)}, not at ${iso(owed[0])}`] : [];
  for (const [n, period] of done.entries()) {
    const next = done[n + 1];
    if (next && next.start > period.dueDate) found.push(`gap from ${iso(period.dueDate)} to ${iso(next.start)}`);
    if (next && next.start < period.dueDate) found.push(`overlap of ${shown(period)} and ${shown(next)}`);
  }
  return found;
}

const edges = (done: readonly ReadPeriod[], owed: readonly number[]): readonly string[] =>
  done.filter(({ dueDate }) => !owed.includes(dueDate)).map((period) => `${shown(period)} ends at no due date`);

/** A due date within a done period is one that failed, and the ledger says so. */
function merged({ periods }: ReadShop, owed: readonly number[]): readonly string[] {
  const failed = new Set(periods.filter(({ status }) => status === 'failed').map(({ dueDate }) => dueDate));
  const done = periods.filter(({ status }) => status === 'succeeded');
  return owed
    .filter((edge) => done.some(({ start, dueDate }) => start < edge && edge < dueDate))
    .filter((edge) => !failed.has(edge))
    .map((edge) => `the due date ${iso(edge)} was left out without having failed`);
}

function reach(done: readonly ReadPeriod[], owed: readonly number[], { required }: Horizon): readonly string[] {
  const last = owed.findLast((edge) => edge <= required);
  const reached = done.at(-1)?.dueDate;
  if (last === undefined || last === owed[0] || (reached !== undefined && reached >= last)) return [];
  return [`done up to ${iso(reached)}, and owes ${iso(last)}`];
}

const earliness = (periods: readonly ReadPeriod[]): readonly string[] =>
  periods
    .filter(({ dueDate, runDate, startedAt }) => (runDate ?? dueDate) < dueDate || (startedAt ?? dueDate) < dueDate)
    .map((period) => `${shown(period)} was planned for ${iso(period.runDate)} and began at ${iso(period.startedAt)}`);

/** One period is open, goes on where the last ended, and waits for its due date. */
function open(periods: readonly ReadPeriod[]): readonly string[] {
  const waiting = periods.filter(({ status }) => status !== 'succeeded' && status !== 'failed');
  const last = periods.findLast(({ status }) => status === 'succeeded');
  const [next] = waiting;
  if (!next || waiting.length > 1) return [`${waiting.length} periods are open: ${waiting.map(shown).join(', ')}`];
  return last && next.start !== last.dueDate ? [`${shown(next)} follows ${shown(last)}`] : [];
}
