import { describe, expect, it } from 'vitest';
import { readAhead } from '../../../src/sync/execute/read-ahead.js';
import { eventually } from '../../support/eventually.js';

/** Pages that tell what has been asked of them. */
function pages(count: number, failAt = Infinity) {
  const seen = { begun: 0, closed: false };
  const read = async function* () {
    try {
      for (let page = 1; page <= count; page += 1) {
        seen.begun = page;
        await Promise.resolve();
        if (page === failAt) throw new Error(`page ${page} failed`);
        yield page;
      }
    } finally {
      seen.closed = true;
    }
  };
  return { seen, read };
}

describe('reading ahead', () => {
  it('gives every page once, in order', async () => {
    const { read } = pages(5);
    const got: number[] = [];
    for await (const page of readAhead(read())) got.push(page);
    expect(got).toEqual([1, 2, 3, 4, 5]);
  });

  it('is one page ahead of the one in use, and no more', async () => {
    const { read, seen } = pages(5);
    for await (const page of readAhead(read())) {
      await eventually(() => seen.begun === Math.min(page + 1, 5));
      expect(seen.begun).toBeLessThanOrEqual(page + 1);
    }
  });

  it('tells of a failure when the pages before it have been used', async () => {
    const { read } = pages(5, 3);
    const got: number[] = [];
    const use = async () => {
      for await (const page of readAhead(read())) got.push(page);
    };
    await expect(use()).rejects.toThrow('page 3 failed');
    expect(got).toEqual([1, 2]);
  });

  it('closes what it reads from when somebody stops half-way, and keeps a late failure to itself', async () => {
    const { read, seen } = pages(5, 3);
    for await (const page of readAhead(read())) if (page === 2) break;
    await eventually(() => seen.closed);
    expect(seen.begun).toBe(3);
  });
});
