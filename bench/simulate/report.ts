import { plannedCapacity } from '../../src/domain/load/planning.js';
import { ASSUMPTIONS } from './fleet.js';
import type { DelayClass, Figures, Peak } from './figures.js';
import type { Options } from './options.js';
import { ZONE_WEIGHTS } from './zone-weights.js';

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const percent = (part: number): string => `${Math.round(part * 100)} %`;

/** Seconds as a person reads them. */
export function span(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  if (seconds < 3_600) return `${(seconds / 60).toFixed(1)} min`;
  return `${(seconds / 3_600).toFixed(1)} h`;
}

/** What is assumed, so that the figures can be judged. */
export function assumptions({ syncs, clients, days, concurrency, batch, seed }: Options, workers: number): string {
  const { atHome, inWeightedZones, atMidnight, frequencies, medianCost, sigma, firstPeriods, firstCost } = ASSUMPTIONS;
  return `${whole(syncs)} syncs of ${whole(clients)} clients for ${days} days from Monday 2026-02-02 00:00 UTC, seed ${seed}.
${whole(workers)} workers that execute ${concurrency} runs at a time; planning fills ${percent(plannedCapacity(1) / 60)} of that, up to ${whole(batch)} periods at a time.

Assumed: client sizes by Zipf's law; ${percent(atHome)} of a client's merchants in its home zone;
  zones: ${percent(inWeightedZones)} in ${ZONE_WEIGHTS.length} zones by where merchants are, the rest in any of all;
  hours: ${percent(atMidnight)} at 0, the default; half of the rest from 1 to 6, half at any hour;
  ${frequencies.map(([name, part]) => `${name} ${part} %`).join(', ')};
  a run takes ${medianCost} s in the median, log-normal with sigma ${sigma}; all succeed, and take what was expected;
  ${percent(firstPeriods)} of syncs begin with a first period, a backfill that takes ${firstCost} times as long;
  no limits, no quiet hours; a tick each minute (the dispatcher's is each second).
`;
}

/** The figures as text. */
export function report({ starts, work, delays, reasons }: Figures, capacity: number): string {
  const total = reasons.reduce((sum, [, count]) => sum + count, 0);
  const count = reasons.map(([reason, each]) => `  ${reason.padEnd(18)}${whole(each).padStart(12)}`).join('\n');
  const overload = reasons.find(([reason]) => reason === 'overload')?.[1] ?? 0;
  return `                        peak a minute       mean   peak to mean
starts, before ${peakText(starts.before)}
starts, after  ${peakText(starts.after)}
work, before   ${peakText(work.before)}   seconds; a slot holds ${whole(capacity)}
work, after    ${peakText(work.after)}

Delay from due date to run date, regular work, clients by size in tenths:
                      clients     periods        p50        p95        p99
${delays.map(delayText).join('\n')}

${whole(total)} run dates, ${whole(overload)} of them overload, by reason:
${count}
`;
}

const peakText = ({ peak, mean, ratio }: Peak): string =>
  whole(peak).padStart(22) + whole(mean).padStart(11) + ratio.toFixed(2).padStart(15);

const delayText = ({ name, clients, periods, p50, p95, p99 }: DelayClass): string =>
  `  ${name.padEnd(18)}${whole(clients).padStart(9)}${whole(periods).padStart(12)}` +
  [p50, p95, p99].map((seconds) => span(seconds).padStart(11)).join('');
