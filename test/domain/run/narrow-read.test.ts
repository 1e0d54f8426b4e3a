import { expect, it } from 'vitest';
import { instant } from '../../../src/domain/time/instant.js';
import type { RecordFilter } from '../../../src/domain/run/record-filter.js';
import type { ModelCapabilities } from '../../../src/ports/connector.js';
import type { Run, RunRange } from '../../../src/ports/runs.js';
import { narrowed } from '../../../src/sync/execute/narrow-read.js';
import type { ReadPlan } from '../../../src/sync/execute/read-plan.js';

const monday = instant('2026-03-02T00:00:00Z');
const tuesday = instant('2026-03-03T00:00:00Z');
const wednesday = instant('2026-03-04T00:00:00Z');
const thursday = instant('2026-03-05T00:00:00Z');

const sinceTuesday: RecordFilter = { since: { at: tuesday, by: 'updated_at' } };
const all: ReadPlan = { mode: 'full' };
const audit: ReadPlan = { mode: 'audit' };
const incremental = { incremental: true } as ModelCapabilities;
const runOf = (filter: RecordFilter, range: RunRange) => ({ filter, range }) as Run;
const changes = (start: typeof monday): ReadPlan => ({ mode: 'incremental', window: { start, finish: thursday } });

it('asks for the changes since, of a source from which everything was wanted', () => {
  const plan = narrowed(all, runOf(sinceTuesday, { finish: thursday }), incremental);
  expect(plan).toEqual({ mode: 'incremental', window: { start: tuesday, finish: thursday } });
});

it('begins a span at the instant asked for, where that is the later, with any lookback', () => {
  const run = runOf(sinceTuesday, { start: wednesday, finish: thursday });
  expect(narrowed(changes(monday), run, incremental)?.window).toEqual({ start: tuesday, finish: thursday });
  expect(narrowed(changes(wednesday), run, incremental)?.window).toEqual({ start: wednesday, finish: thursday });
});

it('reads nothing where the filter leaves nothing of the span', () => {
  const run = runOf({ since: { at: thursday, by: 'updated_at' } }, { start: monday, finish: thursday });
  expect(narrowed(changes(monday), run, incremental)).toBeUndefined();
});

it('leaves a span without an end without one', () => {
  const open: ReadPlan = { mode: 'incremental', window: { start: monday } };
  expect(narrowed(open, runOf(sinceTuesday, { start: monday, finish: monday }), incremental)?.window).toEqual({
    start: tuesday,
  });
});

it.each([
  [
    'goes by when records were made',
    runOf({ since: { at: tuesday, by: 'created_at' } }, { finish: thursday }),
    incremental,
    all,
  ],
  [
    'meets a sync that reads everything each time',
    runOf(sinceTuesday, { start: monday, finish: thursday }),
    incremental,
    all,
  ],
  ['only counts', runOf({ last: { count: 5, by: 'updated_at' } }, { finish: thursday }), incremental, all],
  [
    'meets a source that tells no changes alone',
    runOf(sinceTuesday, { finish: thursday }),
    { ...incremental, incremental: false },
    all,
  ],
  ['meets an audit', runOf(sinceTuesday, { finish: thursday }), incremental, audit],
])('changes nothing where the filter %s', (_, run, capabilities, plan) => {
  expect(narrowed(plan, run, capabilities)).toBe(plan);
});
