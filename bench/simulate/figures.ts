import type { RunDateReason } from '../../src/domain/load/run-date.js';
import type { Planned } from './plan.js';

/** How far the fullest slot is above the mean of all. */
export interface Peak {
  readonly peak: number;
  readonly mean: number;
  readonly ratio: number;
}

/** Seconds from due date to run date that so many of a hundred periods stay within. */
export interface DelayClass {
  readonly name: string;
  readonly clients: number;
  readonly periods: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export interface Figures {
  readonly starts: { readonly before: Peak; readonly after: Peak };
  readonly work: { readonly before: Peak; readonly after: Peak };
  readonly delays: readonly DelayClass[];
  readonly reasons: readonly (readonly [RunDateReason, number])[];
}

/** The figures of what has been planned, over its first so many slots. */
export function figuresOf({ before, after, delays, reasons }: Planned, slots: number): Figures {
  const peaks = (of: (book: Planned['before']) => Float64Array) => ({
    before: peakOf(of(before).subarray(0, slots)),
    after: peakOf(of(after).subarray(0, slots)),
  });
  return {
    starts: peaks((book) => book.starts),
    work: peaks((book) => book.work()),
    delays: delayClasses(delays),
    reasons: [...reasons].toSorted(([, a], [, b]) => b - a),
  };
}

export function peakOf(values: Float64Array): Peak {
  let [peak, sum] = [0, 0];
  for (const value of values) {
    peak = Math.max(peak, value);
    sum += value;
  }
  const mean = sum / values.length;
  return { peak, mean, ratio: mean > 0 ? peak / mean : 0 };
}

const TENTHS = 10;

/** Clients from those with the fewest periods to those with the most, a tenth of them in each class. */
export function delayClasses(delays: readonly (readonly number[])[]): readonly DelayClass[] {
  const bySize = delays.filter((own) => own.length > 0).toSorted((a, b) => a.length - b.length);
  const classes = Math.min(TENTHS, bySize.length);
  const tenths = Array.from({ length: classes }, (_, n) => {
    const [from, upTo] = [n, n + 1].map((bound) => Math.round((bound * bySize.length) / classes));
    return delayClass(nameOf(n, classes), bySize.slice(from, upTo));
  });
  return [...tenths, delayClass('the largest client', bySize.slice(-1))];
}

function nameOf(n: number, classes: number): string {
  if (n === 0) return 'smallest';
  return n === classes - 1 ? 'largest' : `${n + 1}`;
}

function delayClass(name: string, clients: readonly (readonly number[])[]): DelayClass {
  const sorted = Float64Array.from(clients.flat()).sort();
  const at = (part: number): number => sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? 0;
  return { name, clients: clients.length, periods: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
