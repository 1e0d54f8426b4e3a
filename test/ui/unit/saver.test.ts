import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FlowProblem, FlowSaved } from '../../../src/ui/sync-flow/api/contract.js';
import type { FlowClient, FlowSave } from '../../../src/ui/sync-flow/api/flow-client.js';
import { asFailure, failureOf } from '../../../src/ui/sync-flow/api/flow-failure.js';
import { FlowStore } from '../../../src/ui/sync-flow/flow/flow-store.js';
import { Saver } from '../../../src/ui/sync-flow/flow/saver.js';
import { bootstrap, CONFIGURED, preview, status } from './bootstraps.js';

/** Every attempt at a save waits here until the test says how the network treats it. */
interface Sent {
  readonly save: FlowSave;
  readonly answer: (saved: FlowSaved) => void;
  readonly fail: (error: unknown) => void;
}

let sent: Sent[];
let completed: FlowSaved[];
let store: FlowStore;
let saver: Saver;
beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  completed = [];
  store = new FlowStore(true);
  const save = (what: FlowSave) =>
    new Promise<FlowSaved>((answer, fail) => {
      sent.push({ save: what, answer, fail });
    });
  saver = new Saver(
    store,
    () => ({ save }) as Pick<FlowClient, 'save'> as FlowClient,
    (answer) => completed.push(answer),
  );
  store.follow(saver.follow);
  store.dispatch({ type: 'opened', bootstrap: bootstrap(), timeZone: 'Europe/London', view: 'auto' });
  store.dispatch({ type: 'stepped', screen: 'review' });
  store.dispatch({ type: 'previewed', preview: preview() });
});
afterEach(() => vi.useRealTimers());

const SAVED: FlowSaved = { configuration: CONFIGURED, version: 1, firstPeriod: null, status };
const unreachable = () => new TypeError('Failed to fetch');
const refusal = (problem: FlowProblem) => failureOf(problem.status, problem, 'req_1');
const settled = () => vi.advanceTimersByTimeAsync(0);
const later = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

async function sendOffline(): Promise<void> {
  void saver.save();
  sent.at(-1)?.fail(unreachable());
  await settled();
}

describe('a save without a connection', () => {
  it('is sent again after 1, 2, 4, 8 … 30 seconds, always with the same key, and completes once', async () => {
    await sendOffline();
    expect(store.page).toMatchObject({ saving: 'waiting', online: false });
    for (const pause of [1, 2, 4, 8, 16, 30, 30]) {
      const before = sent.length;
      await later(pause - 0.001);
      expect(sent).toHaveLength(before);
      await later(0.001);
      expect(sent).toHaveLength(before + 1);
      sent.at(-1)?.fail(unreachable());
      await settled();
    }
    expect(new Set(sent.map(({ save }) => save.idempotencyKey)).size).toBe(1);
    await later(30);
    sent.at(-1)?.answer(SAVED);
    await later(120);
    expect(completed).toEqual([SAVED]);
    expect(store.page).toMatchObject({ screen: 'done', saving: 'no', online: true });
  });

  it('is sent at once when the connection is back', async () => {
    await sendOffline();
    void saver.hurry();
    expect(sent).toHaveLength(2);
    await later(60);
    expect(sent).toHaveLength(2);
  });

  it('is not sent any more once an edit has withdrawn it', async () => {
    await sendOffline();
    store.dispatch({ type: 'edited', change: { syncHour: 5 } });
    await later(120);
    void saver.hurry();
    expect(sent).toHaveLength(1);
    expect(store.page.saving).toBe('no');
  });

  it('is not sent any more once the element has gone, and does not wait when it comes back', async () => {
    await sendOffline();
    saver.stop();
    expect(store.page.saving).toBe('no');
    await later(120);
    expect(sent).toHaveLength(1);
    void saver.save();
    expect(sent).toHaveLength(2);
    expect(sent[1]?.save.idempotencyKey).not.toBe(sent[0]?.save.idempotencyKey);
  });
});

describe('a save that is withdrawn while it is under way', () => {
  it('starts nothing any more when it then fails for want of a connection', async () => {
    void saver.save();
    store.dispatch({ type: 'stepped', screen: 'when' });
    sent[0]?.fail(unreachable());
    await later(120);
    expect(sent).toHaveLength(1);
    expect(store.page).toMatchObject({ saving: 'no', screen: 'when' });
  });

  it('is not armed again by an element that has gone', async () => {
    void saver.save();
    saver.stop();
    sent[0]?.fail(unreachable());
    await later(120);
    expect(sent).toHaveLength(1);
    expect(store.page.saving).toBe('no');
  });

  it('tells of no refusal: it is about a draft that nobody wants saved', async () => {
    void saver.save();
    store.dispatch({ type: 'edited', change: { syncHour: 5 } });
    sent[0]?.fail(refusal({ status: 409, code: 'preview_stale', preview: preview('b') }));
    await settled();
    expect(store.page.failure).toBeUndefined();
    expect(store.page.preview.result?.fingerprint).toBe('a');
  });

  it('leaves the newer draft as it is when it had reached the server, on top of what is saved by now', async () => {
    void saver.save();
    store.dispatch({ type: 'stepped', screen: 'when' });
    store.dispatch({ type: 'edited', change: { syncHour: 5 } });
    sent[0]?.answer(SAVED);
    await settled();
    expect(completed).toEqual([SAVED]);
    expect(store.page).toMatchObject({
      screen: 'when',
      saved: CONFIGURED,
      version: 1,
      draft: { syncHour: 5 },
      preview: { phase: 'none' },
    });
  });

  it('is saved as asked where the merchant has come back to just that', async () => {
    void saver.save();
    store.dispatch({ type: 'edited', change: { ...CONFIGURED, models: [...CONFIGURED.models] } });
    store.dispatch({ type: 'stepped', screen: 'when' });
    store.dispatch({ type: 'stepped', screen: 'review' });
    sent[0]?.answer(SAVED);
    await settled();
    expect(store.page).toMatchObject({ screen: 'done', saved: CONFIGURED, saving: 'no' });
  });

  it('does not take a newer one with it', async () => {
    void saver.save();
    store.dispatch({ type: 'stepped', screen: 'review' });
    void saver.save();
    expect(sent).toHaveLength(2);
    sent[0]?.fail(unreachable());
    await later(120);
    expect(sent).toHaveLength(2);
    expect(store.page.saving).toBe('saving');
    sent[1]?.answer(SAVED);
    await settled();
    expect(store.page.screen).toBe('done');
  });

  it('is left to itself by a connection that comes back', async () => {
    void saver.save();
    void saver.hurry();
    sent[0]?.answer(SAVED);
    await settled();
    expect(sent).toHaveLength(1);
    expect(store.page.screen).toBe('done');
  });
});

describe('a save whose key is still in use', () => {
  it('is asked for again with the same key, and is not called a failure', async () => {
    void saver.save();
    sent[0]?.fail(refusal({ status: 409, code: 'idempotency_key_in_use' }));
    await settled();
    expect(store.page).toMatchObject({ saving: 'saving', online: true, failure: undefined });
    await later(1);
    expect(sent[1]?.save.idempotencyKey).toBe(sent[0]?.save.idempotencyKey);
    sent[1]?.answer(SAVED);
    await settled();
    expect(store.page.screen).toBe('done');
  });
});

it('a second press while a save is under way saves nothing more', () => {
  void saver.save();
  void saver.save();
  expect(sent).toHaveLength(1);
});

it('an unreachable server is no failure of the server’s', () => {
  expect(asFailure(unreachable()).kind).toBe('offline');
});
