import { earlier, later } from '../time/instant.js';
import type { Instant } from '../time/instant.js';
import type { PeriodWindow } from './period.js';

/** A succeeded period of the ledger. */
export interface CoveredPeriod extends PeriodWindow {
  /** The first of a chain: what lies before it was left out by the client's own wish. */
  readonly isInitial?: boolean;
  /** A `range` was asked for by hand and may lie outside the chain; the others are its links. */
  readonly kind?: 'chain' | 'latest' | 'range';
}

/** The proof that nothing is missing and nothing came twice. */
export interface Coverage {
  /** Where the present chain starts. */
  readonly from: Instant;
  /** The end of what is covered from there on without a gap. */
  readonly upTo: Instant;
  /** Spans between links of a chain that nothing covers. Never, if all is well. */
  readonly gaps: readonly PeriodWindow[];
  /** Spans that were covered twice. Never, if all is well. */
  readonly overlaps: readonly PeriodWindow[];
  /** Spans before a chain that began anew: the only way to leave time out. */
  readonly declaredGaps: readonly PeriodWindow[];
}

const isLink = ({ kind, isInitial }: CoveredPeriod): boolean => kind !== 'range' || isInitial === true;

/** What the succeeded periods of a sync cover; `start` is where its present chain starts. */
export function coverage(periods: readonly CoveredPeriod[], start: Instant): Coverage {
  const sorted = periods.toSorted((a, b) => a.start - b.start || a.dueDate - b.dueDate);
  const covered = union(sorted);
  const links = sorted.filter(isLink);
  const missing = (declared: boolean): PeriodWindow[] =>
    links.slice(1).flatMap((link, before) => {
      const end = links[before]?.dueDate ?? link.start;
      return (link.isInitial === true) === declared ? minus({ start: end, dueDate: link.start }, covered) : [];
    });
  const last = links.at(-1);
  // A chain that began anew and has had no success yet.
  const ahead = last === undefined ? [] : minus({ start: last.dueDate, dueDate: start }, covered);
  const upTo = covered.find((span) => span.start <= start && start < span.dueDate)?.dueDate ?? start;
  return {
    from: start,
    upTo,
    gaps: missing(false),
    overlaps: overlapsOf(sorted),
    declaredGaps: [...missing(true), ...ahead],
  };
}

function overlapsOf(sorted: readonly PeriodWindow[]): PeriodWindow[] {
  const overlaps: PeriodWindow[] = [];
  let end = sorted[0]?.start;
  for (const { start, dueDate } of sorted) {
    if (end !== undefined && start < end) overlaps.push({ start, dueDate: earlier(end, dueDate) });
    end = end === undefined ? dueDate : later(end, dueDate);
  }
  return overlaps;
}

/** The spans that periods, sorted by their start, cover together. */
function union(sorted: readonly PeriodWindow[]): PeriodWindow[] {
  const spans: PeriodWindow[] = [];
  for (const { start, dueDate } of sorted) {
    const last = spans.at(-1);
    if (last === undefined || start > last.dueDate) spans.push({ start, dueDate });
    else spans[spans.length - 1] = { start: last.start, dueDate: later(last.dueDate, dueDate) };
  }
  return spans;
}

/** What is left of a span without some others, which are sorted and apart. */
function minus(span: PeriodWindow, others: readonly PeriodWindow[]): PeriodWindow[] {
  const left: PeriodWindow[] = [];
  let from = span.start;
  for (const { start, dueDate } of others) {
    if (dueDate <= from || start >= span.dueDate) continue;
    if (start > from) left.push({ start: from, dueDate: start });
    from = later(from, dueDate);
  }
  if (from < span.dueDate) left.push({ start: from, dueDate: span.dueDate });
  return left;
}
