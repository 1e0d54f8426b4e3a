// npm run bench [-- due-dates run-dates herd idle punctuality pull audit deliveries flow]: every figure, or the named ones.
import { benchAudit } from './audit.js';
import { benchDeliveries } from './deliveries.js';
import { benchDueDates } from './due-dates.js';
import { benchFlow } from './flow.js';
import { benchHerd } from './herd.js';
import { benchIdle } from './idle.js';
import { print } from './measure.js';
import { benchPull } from './pull.js';
import { benchPunctuality } from './punctuality.js';
import { benchRunDates } from './run-dates.js';

const COUNTS = [10_000, 100_000, 1_000_000];
const RUNS = 5;
const HERDS = [
  { count: 2_000, runs: RUNS },
  { count: 20_000, runs: RUNS },
  { count: 100_000, runs: 1 },
];
const benches = new Map<string, () => unknown>([
  ['due-dates', () => benchDueDates(COUNTS, RUNS)],
  ['run-dates', () => benchRunDates(COUNTS, RUNS)],
  ['herd', () => benchHerd(HERDS)],
  ['idle', () => benchIdle([1_000_000])],
  ['punctuality', () => benchPunctuality(100)],
  ['deliveries', () => benchDeliveries(6_000, RUNS)],
  ['pull', () => benchPull(COUNTS.slice(0, 2), RUNS)],
  ['audit', () => benchAudit(COUNTS, RUNS)],
  ['flow', () => benchFlow(RUNS)],
]);

const asked = process.argv.slice(2);
print(`node ${process.version}, tzdata ${process.versions.tz}, median of ${RUNS}`);
for (const [name, bench] of benches) if (asked.length === 0 || asked.includes(name)) await bench();
