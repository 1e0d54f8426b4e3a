import { describe, expect, it } from 'vitest';
import { asFailure, failureOf } from '../../../src/ui/sync-flow/api/flow-failure.js';
import type { FlowProblem } from '../../../src/ui/sync-flow/api/contract.js';
import type { FlowEvent } from '../../../src/ui/sync-flow/state/flow-event.js';
import { firstPage, type FlowPage } from '../../../src/ui/sync-flow/state/flow-state.js';
import { isDirty, reduce } from '../../../src/ui/sync-flow/state/reduce.js';
import { wasRemoved } from '../../../src/ui/sync-flow/state/save-transitions.js';
import { bootstrap, CONFIGURED, preview, status } from './bootstraps.js';

const after = (...events: readonly FlowEvent[]): FlowPage => events.reduce(reduce, firstPage(true));
const opened = (change = {}): FlowEvent => ({
  type: 'opened',
  bootstrap: bootstrap(change),
  timeZone: 'Asia/Kolkata',
  view: 'auto',
});
const failed = (problem: FlowProblem): FlowEvent => ({
  type: 'saveFailed',
  failure: failureOf(problem.status, problem, 'req_1'),
});
const edited: FlowEvent = { type: 'edited', change: { startDate: '2026-11-01' } };

describe('a page that opens', () => {
  it('proposes what the server says, with what is required and the browser’s zone', () => {
    expect(after(opened()).draft).toEqual({ ...CONFIGURED, models: ['orders', 'fees'], timeZone: 'Asia/Kolkata' });
  });

  it('begins with the first question, and with the status where something is set up', () => {
    expect(after(opened()).screen).toBe('choose');
    expect(after(opened({ configuration: CONFIGURED, version: 3 })).screen).toBe('status');
  });

  it('shows the settings as text to who may not change them', () => {
    const session = { ...bootstrap().session, readOnly: true, view: 'setup' as const };
    expect(after(opened({ session, configuration: CONFIGURED, version: 3 })).screen).toBe('review');
  });

  it('does not take the focus: nobody took a step', () => {
    expect(after(opened()).steps).toBe(0);
    expect(after(opened(), { type: 'stepped', screen: 'when' }).steps).toBe(1);
  });
});

describe('a draft', () => {
  it('outlives an expired session, and the version it was made from', () => {
    const expired = failed({ status: 410, code: 'link_token_expired' });
    const page = after(opened({ configuration: CONFIGURED, version: 3 }), edited, expired);
    expect(page.phase).toBe('expired');
    const again = reduce(reduce(page, { type: 'opening' }), opened({ configuration: CONFIGURED, version: 4 }));
    expect(again).toMatchObject({ phase: 'open', version: 3, draft: { startDate: '2026-11-01' } });
  });

  it('is asked about again on top of what somebody else has saved', () => {
    const current = { ...CONFIGURED, timeZone: 'Europe/Paris' };
    const conflict = failed({ status: 412, code: 'precondition_failed', current, version: 4, changedBy: 'Sam' });
    const page = after(opened({ configuration: CONFIGURED, version: 3 }), edited, conflict);
    expect(page.conflict).toMatchObject({ current, version: 4, changedBy: 'Sam' });
    expect(reduce(page, { type: 'draftKept' })).toMatchObject({
      saved: current,
      version: 4,
      screen: 'review',
      draft: { startDate: '2026-11-01' },
      preview: { phase: 'none' },
    });
    expect(reduce(page, { type: 'savedSettingsTaken' }).draft).toEqual(current);
  });

  it('waits for a connection until it is changed', () => {
    const page = after(opened(), { type: 'saving' }, { type: 'saveWaits' });
    expect(page).toMatchObject({ saving: 'waiting', online: false });
    expect(reduce(page, edited).saving).toBe('no');
    expect(reduce(page, { type: 'stepped', screen: 'when' }).saving).toBe('no');
  });

  it('is not dirty before it is touched', () => {
    expect(isDirty(after(opened()))).toBe(false);
    expect(isDirty(after(opened(), edited))).toBe(true);
  });

  it('is dirty by another zone alone', () => {
    expect(isDirty(after(opened(), { type: 'edited', change: { timeZone: 'Europe/Paris' } }))).toBe(true);
  });

  it('is not dirty by a model that the client has come to require', () => {
    const configuration = { ...CONFIGURED, models: ['fees'] };
    const page = after(opened({ configuration, version: 3 }));
    expect(page.draft?.models).toEqual(['orders', 'fees']);
    expect(isDirty(page)).toBe(false);
  });

  it('begins anew, told, where what was saved has been removed', () => {
    const constraints = { startDate: { min: '2020-01-01', max: '2030-12-31', locked: true } };
    const gone = failed({ status: 412, code: 'precondition_failed', current: null, version: null });
    const page = after(opened({ configuration: CONFIGURED, version: 3, status, constraints }), edited, gone);
    expect(wasRemoved(page)).toBe(true);
    expect(page).toMatchObject({
      saved: null,
      version: null,
      conflict: undefined,
      saving: 'no',
      draft: { startDate: '2026-11-01' },
      preview: { phase: 'none' },
      bootstrap: { configuration: null, status: null, constraints: { startDate: { locked: false } } },
    });
    expect(wasRemoved(reduce(page, { type: 'stepped', screen: 'when' }))).toBe(false);
  });

  it('goes with an interval only where that is its frequency', () => {
    const interval: FlowEvent = { type: 'edited', change: { selectedFrequency: 'Interval', interval: 'PT15M' } };
    const page = after(opened(), interval);
    expect(page.draft?.interval).toBe('PT15M');
    expect(reduce(page, { type: 'edited', change: { selectedFrequency: 'Daily' } }).draft?.interval).toBeNull();
  });
});

describe('an action', () => {
  const acted = (previousVersion: number, version: number): FlowEvent => ({
    type: 'acted',
    answer: { status, previousVersion, version },
  });
  const page = after(opened({ configuration: CONFIGURED, version: 3 }), edited, { type: 'acting', action: 'pause' });

  it('takes the page’s version with it, so that the next save meets no conflict with it', () => {
    expect(reduce(page, acted(3, 4))).toMatchObject({ version: 4, acting: undefined, status });
    expect(reduce(page, acted(3, 3)).version).toBe(3);
  });

  it('leaves the page at its version where somebody else has saved before it', () => {
    expect(reduce(page, acted(4, 5)).version).toBe(3);
    expect(reduce(page, acted(4, 4)).version).toBe(3);
  });

  it('without a connection says so', () => {
    const failure = asFailure(new TypeError('Failed to fetch'));
    const offline = reduce(page, { type: 'actionFailed', failure });
    expect(offline).toMatchObject({ online: false, acting: undefined });
    expect(reduce(offline, acted(3, 4)).online).toBe(true);
  });
});

describe('a refused save', () => {
  it('shows the new dates beside the old when a new day has begun', () => {
    const before = preview('a');
    const stale = failed({ status: 409, code: 'preview_stale', preview: preview('b') });
    expect(after(opened(), { type: 'previewed', preview: before }, stale).preview).toEqual({
      phase: 'ready',
      result: preview('b'),
      before,
    });
  });

  it('leads to the field that is wrong', () => {
    const errors = [{ pointer: '/configuration/startDate', code: 'out_of_range', message: 'Too late.' }];
    const page = after(
      opened(),
      { type: 'stepped', screen: 'review' },
      failed({ status: 422, code: 'validation_failed', errors }),
    );
    expect(page).toMatchObject({ screen: 'when', backToReview: true, errors: { startDate: { code: 'out_of_range' } } });
  });

  it('is told as a failure where it is about no field of the page', () => {
    const errors = [{ pointer: '/fingerprint', code: 'invalid', message: 'Not one.' }];
    const page = after(
      opened(),
      { type: 'stepped', screen: 'review' },
      failed({ status: 422, code: 'validation_failed', errors }),
    );
    expect(page).toMatchObject({ screen: 'review', failure: { kind: 'server', code: 'validation_failed' } });
  });

  it('is an end only where nothing can be done', () => {
    expect(after(opened(), failed({ status: 403, code: 'origin_not_allowed' })).phase).toBe('invalid');
    expect(after(opened(), failed({ status: 500, code: 'internal_error' }))).toMatchObject({
      phase: 'open',
      failure: { correlationId: 'req_1' },
    });
  });
});

it('a preview of an earlier draft is never what is confirmed', () => {
  const page = after(opened(), { type: 'previewed', preview: preview() });
  expect(page.preview.phase).toBe('ready');
  expect(reduce(page, edited).preview.phase).toBe('loading');
});

it('a wrong date takes the preview of the date before it away, and waits for none', () => {
  const page = after(opened(), { type: 'previewed', preview: preview() });
  const wrong = reduce(page, { type: 'edited', change: { startDate: '1999-01-01' } });
  expect(wrong.preview).toMatchObject({ phase: 'none', result: undefined });
});
