import { expect, it } from 'vitest';
import { checkLimits, peaksOf } from './harness/check-limits.js';

const limits = [{ name: 'client c', most: 1 }];
const shops = [
  { name: 'a', limits },
  { name: 'b', limits },
  { name: 'free', limits: [] },
];
const asked = (shop: string, began: number, { ended = began + 10, after = '', status = 200 } = {}) => ({
  shop,
  began,
  ended,
  after,
  status,
  since: '2026-01-01',
  before: '2026-01-02',
});
const found = (...log: readonly ReturnType<typeof asked>[]) => checkLimits(peaksOf(shops, log));

it('two syncs that wait for the source at the same moment pass a limit of one', () => {
  expect(found(asked('b', 5), asked('a', 0))).toEqual(['client c: 2 syncs asked at the same time, and 1 may']);
});

it('one after the other passes no limit, nor does one that comes under none', () => {
  expect(found(asked('a', 0), asked('b', 10), asked('free', 5))).toEqual([]);
  expect(peaksOf(shops, [asked('a', 0)])).toEqual([{ name: 'client c', most: 1, peak: 1 }]);
});

it('a sync that asks twice at the same moment runs once', () => {
  expect(found(asked('a', 0), asked('a', 5, { after: 'x' }))).toEqual([]);
});

it('a page that was answered before counts for nothing, one that was refused counts', () => {
  expect(found(asked('a', 0), asked('b', 20), asked('a', 25))).toEqual([]);
  expect(found(asked('a', 0, { status: 503 }), asked('b', 20), asked('a', 25))).toHaveLength(1);
});
