import { afterAll, beforeAll, expect, it } from 'vitest';
import { CALLERS, EQUAL, OVERLAPPING, RangeRace } from './harness/range-race.js';

const RANGES = 100;
const oneEach = {
  codes: { made: RANGES, run_active: RANGES * (CALLERS - 1) },
  withRange: RANGES,
  withMore: 0,
};

let race: RangeRace;
beforeAll(async () => {
  race = await RangeRace.start();
});
afterAll(() => race.close());

it(`of ${CALLERS} callers who want the same range of a sync at once, one gets it`, async () => {
  expect(await race.run(RANGES, EQUAL)).toMatchObject(oneEach);
});

it(`of ${CALLERS} callers whose ranges partly overlap, one gets his`, async () => {
  expect(await race.run(RANGES, OVERLAPPING)).toMatchObject(oneEach);
});
