import type { KillLoopReport } from './kill-loop-options.js';

/** Most findings that are shown one by one. */
const SHOWN = 40;

/** What a run of the kill loop comes to, in lines for a person. */
export function summary(report: KillLoopReport): readonly string[] {
  const { faults, findings, periods, seconds, starts, failedStarts, redelivered, repeated, seed, recoveries } = report;
  const harm = Object.entries(faults).map(([kind, count]) => `${count} ${kind}`);
  const killed = Object.entries(report.killed).map(([role, count]) => `${count} ${role}`);
  const peaks = report.peaks.map(({ name, peak, most }) => `${name.split(' ', 1)[0]} ${peak} of ${most}`);
  return [
    ...findings.slice(0, SHOWN).map((finding) => `  - ${finding}`),
    ...(findings.length > SHOWN ? [`  and ${findings.length - SHOWN} more`] : []),
    `${periods} periods in ${seconds} s; faults: ${harm.join(', ')}`,
    `killed: ${killed.join(', ') || 'nobody'}; limits used: ${[...new Set(peaks)].join(', ')}; ${report.coverages} coverages watched`,
    ...(recoveries.length > 0 ? [`well again within ${Math.round(Math.max(...recoveries))} ms of each stop`] : []),
    `${starts} processes ready (${failedStarts} starts failed), ${redelivered} deliveries repeated, ${repeated} requests repeated`,
    `seed ${seed}: ${findings.length} findings`,
  ];
}
