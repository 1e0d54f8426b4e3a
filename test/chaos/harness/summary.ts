import type { KillLoopReport } from './kill-loop-options.js';

/** Most findings that are shown one by one. */
const SHOWN = 40;

/** What a run of the kill loop comes to, in lines for a person. */
export function summary(report: KillLoopReport): readonly string[] {
  const { faults, findings, periods, seconds, starts, failedStarts, redelivered, repeated, seed } = report;
  const harm = Object.entries(faults).map(([kind, count]) => `${count} ${kind}`);
  return [
    ...findings.slice(0, SHOWN).map((finding) => `  - ${finding}`),
    ...(findings.length > SHOWN ? [`  and ${findings.length - SHOWN} more`] : []),
    `${periods} periods in ${seconds} s; faults: ${harm.join(', ')}`,
    `${starts} processes ready (${failedStarts} starts failed), ${redelivered} deliveries repeated, ${repeated} requests repeated`,
    `seed ${seed}: ${findings.length} findings`,
  ];
}
