import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FlowScreens } from '../../../src/ui/sync-flow/element/flow-screens.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** How many of the tries fail; what came of them. */
function screensThatFail(times: number) {
  const told: string[] = [];
  let tries = 0;
  const load = async (): Promise<void> => {
    tries += 1;
    if (tries <= times) throw new TypeError('Failed to fetch');
  };
  const screens = new FlowScreens(
    () => told.push('loaded'),
    () => told.push('failed'),
    load,
  );
  return { screens, told, tries: () => tries };
}

it('screens that could not be fetched are asked for again after two seconds, once for all who ask', async () => {
  const { screens, told, tries } = screensThatFail(1);
  screens.ask();
  screens.ask();
  await vi.advanceTimersByTimeAsync(1999);
  expect([tries(), told]).toEqual([1, []]);
  await vi.advanceTimersByTimeAsync(1);
  expect([tries(), told]).toEqual([2, ['loaded']]);
});

it('screens that fail twice are told of, and may be asked for anew', async () => {
  const { screens, told } = screensThatFail(2);
  screens.ask();
  await vi.advanceTimersByTimeAsync(2000);
  expect(told).toEqual(['failed']);
  screens.ask();
  await vi.advanceTimersByTimeAsync(0);
  expect(told).toEqual(['failed', 'loaded']);
});
