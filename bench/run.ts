// npm run bench [-- due-dates run-dates]: every figure of the theory, or the named ones.
import { benchDueDates } from './due-dates.js';
import { print } from './measure.js';
import { benchRunDates } from './run-dates.js';

const COUNTS = [10_000, 100_000, 1_000_000];
const RUNS = 5;
const benches = new Map([
  ['due-dates', () => benchDueDates(COUNTS, RUNS)],
  ['run-dates', () => benchRunDates(COUNTS, RUNS)],
]);

const asked = process.argv.slice(2);
print(`node ${process.version}, tzdata ${process.versions.tz}, median of ${RUNS}`);
for (const [name, bench] of benches) if (asked.length === 0 || asked.includes(name)) bench();
