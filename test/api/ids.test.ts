import { expect, it } from 'vitest';
import { isId } from '../../src/domain/id.js';
import { instant } from '../../src/domain/time/instant.js';
import { makeId } from '../../src/platform/new-id.js';

it('ids of one millisecond sort in the order they were made in, and no two are the same', () => {
  const now = instant('2026-03-01T12:00:00Z');
  const ids = Array.from({ length: 1_000 }, () => makeId('msg', now));
  expect(ids.every((id) => isId('msg', id))).toBe(true);
  expect(ids.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});
