import { describe, expect, it } from 'vitest';
import { isChange } from '../../../src/domain/run/staleness.js';
import { instant, plus } from '../../../src/domain/time/instant.js';

const NOON = instant('2026-03-01T12:00:00Z');
const known = { updatedAt: NOON, contentHash: 'a', deleted: false };

describe('a record that was read', () => {
  it('is a change where nothing is known of it', () => {
    expect(isChange({ contentHash: 'a' }, undefined)).toBe(true);
  });

  it.each([
    ['newer', 1, true],
    ['as old', 0, false],
    ['older', -1, false],
  ])('is judged by its updatedAt alone where both states have one: %s', (_, milliseconds, change) => {
    expect(isChange({ updatedAt: plus(NOON, milliseconds), contentHash: 'b' }, known)).toBe(change);
  });

  it.each([
    ['the one read', { contentHash: 'a' }, known],
    ['the known one', { updatedAt: plus(NOON, 1), contentHash: 'a' }, { ...known, updatedAt: undefined }],
  ])('is judged by its content where %s has no updatedAt', (_, read, before) => {
    expect(isChange(read, before)).toBe(false);
    expect(isChange({ ...read, contentHash: 'b' }, before)).toBe(true);
  });

  it('is a change, once, where the source no longer tells the updatedAt it was known by', () => {
    expect(isChange({ contentHash: 'a' }, { updatedAt: NOON, deleted: false })).toBe(true);
  });

  it('is a change where it was thought deleted, however old', () => {
    expect(isChange({ updatedAt: plus(NOON, -1), contentHash: 'a' }, { ...known, deleted: true })).toBe(true);
  });
});
