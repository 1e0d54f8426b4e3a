import { fc, it as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { DatabaseUnavailable } from '../../src/domain/database-unavailable.js';
import { Batches, type BatchOptions } from '../../src/platform/batches.js';

/** Doubles numbers, and remembers which came together. A held one waits for `release`. */
function doubling(options: Partial<BatchOptions> = {}) {
  const together: (readonly number[])[] = [];
  const waiting: (() => void)[] = [];
  const state = { isHeld: false };
  const work = async (items: readonly number[]) => {
    together.push(items);
    if (state.isHeld) await new Promise<void>((resolve) => waiting.push(resolve));
    if (items.some((item) => item < 0)) throw new Error('A negative number.');
    return items.map((item) => item * 2);
  };
  const release = () => {
    state.isHeld = false;
    for (const go of waiting.splice(0)) go();
  };
  return { batches: new Batches(work, { most: 10, atATime: 1, ...options }), together, state, release };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('work in batches', () => {
  it('begins with what comes alone in the same turn', async () => {
    const { batches, together } = doubling();
    const answer = batches.add(1);
    await turn();
    expect(together).toEqual([[1]]);
    expect(await answer).toBe(2);
  });

  it('does together what comes together, and what comes meanwhile', async () => {
    const { batches, together, state, release } = doubling();
    state.isHeld = true;
    const first = [batches.add(1), batches.add(2)];
    await turn();
    const second = [batches.add(3), batches.add(4), batches.add(5)];
    await turn();
    expect(together).toEqual([[1, 2]]);
    release();
    expect(await Promise.all([...first, ...second])).toEqual([2, 4, 6, 8, 10]);
    expect(together).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
  });

  it('fails only what makes it fail', async () => {
    const { batches } = doubling();
    const settled = await Promise.allSettled([1, 2, -3, 4, 5, -6, 7].map((item) => batches.add(item)));
    expect(settled.map(({ status }) => status === 'fulfilled')).toEqual([true, true, false, true, true, false, true]);
  });

  it('is not tried again while there is no database', async () => {
    let calls = 0;
    const batches = new Batches<number, number>(
      () => {
        calls += 1;
        return Promise.reject(new DatabaseUnavailable({ cause: new Error('gone') }));
      },
      { most: 10, atATime: 1 },
    );
    const settled = await Promise.allSettled([batches.add(1), batches.add(2)]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(calls).toBe(1);
  });

  property.prop([
    fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: -2, max: 40 }))),
    fc.integer({ min: 1, max: 3 }),
  ])('answers each item once, in batches that are not too large, whenever they come', async (arrivals, atATime) => {
    const { batches, together } = doubling({ most: 4, atATime });
    const answers: Promise<unknown>[] = [];
    for (const [pause, item] of arrivals) {
      for (let turns = 0; turns < pause % 3; turns += 1) await turn();
      answers.push(batches.add(item).catch(() => 'failed'));
    }
    const expected = arrivals.map(([, item]) => (item < 0 ? 'failed' : item * 2));
    expect(await Promise.all(answers)).toEqual(expected);
    expect(Math.max(0, ...together.map(({ length }) => length))).toBeLessThanOrEqual(4);
  });
});
