import { expect, it } from 'vitest';
import { killLoop } from './harness/kill-loop.js';
import { shortForm } from './harness/scenarios.js';
import { summary } from './harness/summary.js';

/** Another each day, so that all days together see more than one; printed, so that a failure can be done again. */
const seed = Number(process.env['CHAOS_SEED'] ?? Math.floor(Date.now() / 86_400_000));

it('three hundred periods are done once each, while processes are killed, paused and cut off', async () => {
  const report = await killLoop({ ...shortForm, seed, entry: 'dist/src/main.js', say: () => undefined });
  process.stdout.write(`${summary(report).join('\n')}\n`);
  expect(report.findings).toEqual([]);
  expect(report.periods).toBeGreaterThanOrEqual(300);
  // Harm was done: a loop in which nobody is hit shows nothing.
  const { kill, pause, restart, stall, cut } = report.faults;
  expect(kill + pause + restart + stall + cut).toBeGreaterThanOrEqual(15);
  // So was each limit put to use.
  expect(new Set(report.peaks.map(({ name }) => name.split(' ', 1)[0]))).toEqual(
    new Set(['client', 'connection', 'host']),
  );
  expect(report.peaks.filter(({ peak }) => peak === 0)).toEqual([]);
}, 900_000);
