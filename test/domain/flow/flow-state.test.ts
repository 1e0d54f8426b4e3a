import { describe, expect, it } from 'vitest';
import { flowStateOf, type FlowFacts } from '../../../src/domain/flow/flow-state.js';
import type { SyncSchedule } from '../../../src/domain/schedule/sync-schedule.js';
import { DAY, instant, plus } from '../../../src/domain/time/instant.js';

const DUE = instant('2026-11-23T00:00:00Z');
const schedule = {
  selectedFrequency: 'Daily',
  frequencyOptions: ['Daily'],
  startDate: '2026-11-01',
  syncHour: 0,
  syncHourSource: 'explicit',
  timeZone: 'Europe/London',
} as unknown as SyncSchedule;
const usual: FlowFacts = {
  schedule,
  isLinked: true,
  planning: 'on',
  consecutiveFailures: 0,
  watermark: plus(DUE, -DAY),
  open: { start: plus(DUE, -DAY), dueDate: DUE, status: 'queued' },
  isRunning: false,
  isQueued: true,
  now: plus(DUE, 60_000),
};
const long = { start: plus(DUE, -3 * DAY), dueDate: DUE, status: 'queued' } as const;

describe('a sync whose run waits for a worker', () => {
  it.each([
    ['is on schedule', {}, 'on_schedule'],
    ['is catching up with a long period', { open: long }, 'catching_up'],
    ['has not started before its first success', { watermark: undefined }, 'not_started'],
    ['is late where the next due date has come', { now: plus(DUE, DAY) }, 'late'],
    ['is stalled where the one after that has', { now: plus(DUE, 2 * DAY) }, 'stalled'],
    ['needs somebody after two failures', { consecutiveFailures: 2 }, 'needs_action'],
  ] as const)('%s', (_, facts, state) => {
    expect(flowStateOf({ ...usual, ...facts })).toBe(state);
  });

  it('runs only when it has been taken', () => {
    expect(flowStateOf({ ...usual, isQueued: false, isRunning: true })).toBe('running');
    expect(flowStateOf({ ...usual, open: long, isQueued: false, isRunning: true })).toBe('catching_up');
    expect(flowStateOf({ ...usual, open: long, isQueued: false })).toBe('on_schedule');
  });
});
