import { describe, expect, it } from 'vitest';
import { latestWindow, rangeWindow } from '../../../src/domain/chain/manual-window.js';
import type { RangeRequest } from '../../../src/domain/chain/manual-window.js';
import { DomainError } from '../../../src/domain/problem.js';
import { at } from '../schedule/schedules.js';

const now = at('2026-03-10T12:00Z');
const chain = { watermark: at('2026-03-10T00:00Z'), start: at('2026-01-01T00:00Z') };
const unsynced = { watermark: undefined, start: at('2026-01-01T00:00Z') };

describe('a latest run', () => {
  it('covers everything from the watermark until now', () => {
    expect(latestWindow({ chain, now })).toEqual({
      ok: true,
      value: { start: chain.watermark, dueDate: now, isInitial: false, recoveredDueDates: 0 },
    });
  });

  it('covers the start date on while nothing has succeeded', () => {
    expect(latestWindow({ chain: unsynced, now })).toMatchObject({
      ok: true,
      value: { start: unsynced.start, isInitial: true },
    });
  });

  it('stops at syncTo', () => {
    const syncTo = at('2026-03-10T06:00Z');
    expect(latestWindow({ chain, now, syncTo })).toMatchObject({ ok: true, value: { dueDate: syncTo } });
    expect(latestWindow({ chain, now, syncTo: now })).toMatchObject({ ok: true, value: { dueDate: now } });
  });

  it.each([
    ['into the future', at('2026-03-10T12:00:00.001Z'), '/syncTo date_out_of_range'],
    ['of nothing', chain.watermark, '/syncTo empty_range'],
    ['before the watermark', at('2026-03-09T00:00Z'), '/syncTo invalid_range'],
  ])('%s is refused', (_, syncTo, problem) => {
    const result = latestWindow({ chain, now, syncTo });
    expect(result.ok ? '' : result.problems.map(({ pointer, code }) => `${pointer} ${code}`).join()).toBe(problem);
  });

  it('before the start date is refused', () => {
    const future = { watermark: undefined, start: at('2026-04-01T00:00Z') };
    expect(() => latestWindow({ chain: future, now })).toThrow(
      expect.objectContaining({ code: 'start_date_not_reached', status: 'conflict' }),
    );
  });

  it('right after another has nothing to do', () => {
    expect(latestWindow({ chain: { ...chain, watermark: now }, now })).toMatchObject({
      ok: false,
      problems: [{ code: 'empty_range' }],
    });
  });
});

/** What the request comes to: where it leads, or why it is refused. */
function outcome(request: Partial<RangeRequest> & { readonly from: string; readonly upTo: string }): string {
  const { from, upTo, ...rest } = request;
  try {
    const window = rangeWindow({ start: at(from), finish: at(upTo), now, chain, succeeded: [], force: false, ...rest });
    return `${window.movesChain ? 'moves the chain' : 'stays aside'}${window.claimsCoverage ? '' : ', claims nothing'}`;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return [error.status, error.code, ...(error.problems ?? []).map(({ pointer, code }) => `${pointer} ${code}`)].join(
      ' ',
    );
  }
}

const done = { start: at('2026-01-01T00:00Z'), dueDate: at('2026-03-10T00:00Z') };

describe('a range run', () => {
  it.each([
    ['ends before the chain', '2025-12-01T00:00Z', '2026-01-01T00:00Z', 'stays aside'],
    ['starts at the watermark', '2026-03-10T00:00Z', '2026-03-10T06:00Z', 'moves the chain'],
    ['starts at the watermark and ends now', '2026-03-10T00:00Z', '2026-03-10T12:00Z', 'moves the chain'],
    ['overlaps what was synced', '2026-02-01T00:00Z', '2026-02-02T00:00Z', 'conflict period_overlap'],
    ['overlaps the end of what was synced', '2026-03-09T23:00Z', '2026-03-10T06:00Z', 'conflict period_overlap'],
    [
      'overlaps the start of what was synced',
      '2025-12-01T00:00Z',
      '2026-01-01T00:00:00.001Z',
      'conflict period_overlap',
    ],
    ['starts beyond the watermark', '2026-03-10T00:00:00.001Z', '2026-03-10T06:00Z', 'conflict range_ahead_of_chain'],
    [
      'ends before it starts',
      '2026-02-02T00:00Z',
      '2026-02-01T00:00Z',
      'invalid validation_failed /finish invalid_range',
    ],
    ['is empty', '2026-02-02T00:00Z', '2026-02-02T00:00Z', 'invalid validation_failed /finish empty_range'],
    [
      'ends in the future',
      '2026-03-10T00:00Z',
      '2026-03-10T12:00:00.001Z',
      'invalid validation_failed /finish date_out_of_range',
    ],
    [
      'is in the future',
      '2999-01-01T00:00Z',
      '2999-01-02T00:00Z',
      'invalid validation_failed /start date_out_of_range /finish date_out_of_range',
    ],
    [
      'starts before 1970',
      '1969-01-01T00:00Z',
      '1970-01-02T00:00Z',
      'invalid validation_failed /start date_out_of_range',
    ],
  ])('that %s: %s to %s → %s', (_, from, upTo, result) => {
    expect(outcome({ from, upTo, succeeded: [done] })).toBe(result);
  });

  it.each([
    ['lies before the start', '2025-12-01T00:00Z', '2025-12-31T00:00Z', 'stays aside'],
    ['covers the start', '2025-12-01T00:00Z', '2026-02-01T00:00Z', 'moves the chain'],
    ['starts at the start', '2026-01-01T00:00Z', '2026-02-01T00:00Z', 'moves the chain'],
    ['starts after the start', '2026-01-02T00:00Z', '2026-02-01T00:00Z', 'conflict range_ahead_of_chain'],
  ])('that %s while nothing has succeeded: %s to %s → %s', (_, from, upTo, result) => {
    expect(outcome({ from, upTo, chain: unsynced })).toBe(result);
  });

  it('may fill a declared gap, but not go past its end from inside a success', () => {
    const anchored = { watermark: undefined, start: at('2026-03-05T00:00Z') };
    const before = { start: at('2026-01-01T00:00Z'), dueDate: at('2026-03-01T00:00Z') };
    const filling = { chain: anchored, succeeded: [before] };
    expect(outcome({ ...filling, from: '2026-03-02T00:00Z', upTo: '2026-03-04T00:00Z' })).toBe('stays aside');
    expect(outcome({ ...filling, from: '2026-03-02T00:00Z', upTo: '2026-03-06T00:00Z' })).toBe('moves the chain');
    expect(outcome({ ...filling, from: '2026-02-28T00:00Z', upTo: '2026-03-06T00:00Z' })).toBe(
      'conflict period_overlap',
    );
  });

  it('with force may lie anywhere in the past, and claims no coverage', () => {
    const forced = { succeeded: [done], force: true };
    expect(outcome({ ...forced, from: '2026-02-01T00:00Z', upTo: '2026-02-02T00:00Z' })).toBe(
      'stays aside, claims nothing',
    );
    expect(outcome({ ...forced, from: '2026-03-10T06:00Z', upTo: '2026-03-10T07:00Z' })).toBe(
      'stays aside, claims nothing',
    );
    expect(outcome({ ...forced, from: '2026-03-11T00:00Z', upTo: '2026-03-12T00:00Z' })).toContain('date_out_of_range');
  });

  it('says what it overlaps with', () => {
    const overlapping = () =>
      rangeWindow({ start: done.start, finish: now, now, chain, succeeded: [done], force: false });
    expect(overlapping).toThrow('2026-01-01T00:00:00.000Z to 2026-03-10T00:00:00.000Z has been synced already');
  });
});
