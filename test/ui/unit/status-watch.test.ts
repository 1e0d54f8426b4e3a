import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { FlowStatus } from '../../../src/ui/sync-flow/api/contract.js';
import type { FlowClient } from '../../../src/ui/sync-flow/api/flow-client.js';
import { FlowStore } from '../../../src/ui/sync-flow/flow/flow-store.js';
import { StatusWatch } from '../../../src/ui/sync-flow/flow/status-watch.js';
import { bootstrap, CONFIGURED, status } from './bootstraps.js';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', { visibilityState: 'visible' });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** How often a status that stays as it is has been looked at. */
function watched(shown: FlowStatus) {
  let looks = 0;
  const read = async () => {
    looks += 1;
    return looks === 1 ? { status: shown, etag: '"1"' } : undefined;
  };
  const store = new FlowStore(true);
  const watch = new StatusWatch(store, () => ({ status: read }) as Pick<FlowClient, 'status'> as FlowClient);
  store.follow(watch.follow);
  const set = bootstrap({ configuration: CONFIGURED, version: 1, status: shown });
  store.dispatch({ type: 'opened', bootstrap: set, timeZone: 'UTC', view: 'auto' });
  return { store, looks: () => looks };
}

it('a status at rest is read every 15 seconds', async () => {
  const { looks } = watched(status);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(looks()).toBe(4);
});

it('a run under way is looked at every 2.5 seconds, and every 15 once nothing has changed for long', async () => {
  const { looks } = watched({ ...status, state: 'running', running: { startedAt: null, fraction: null } });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(looks()).toBe(4);
  await vi.advanceTimersByTimeAsync(170_000);
  const before = looks();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(looks() - before).toBe(4);
});

it('what an action has come to is looked at soon', async () => {
  const { store, looks } = watched(status);
  store.dispatch({ type: 'acting', action: 'sync-now' });
  store.dispatch({ type: 'acted', answer: { status, previousVersion: 1, version: 1 } });
  await vi.advanceTimersByTimeAsync(2_500);
  expect(looks()).toBe(1);
});
