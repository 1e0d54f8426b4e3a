import { describe, expect, it } from 'vitest';
import { failureOf } from '../../../src/ui/sync-flow/api/flow-failure.js';
import type { FlowProblem } from '../../../src/ui/sync-flow/api/contract.js';
import type { FlowEvent } from '../../../src/ui/sync-flow/state/flow-event.js';
import { firstPage, type FlowPage } from '../../../src/ui/sync-flow/state/flow-state.js';
import { isDirty, reduce } from '../../../src/ui/sync-flow/state/reduce.js';
import { bootstrap, CONFIGURED, preview } from './bootstraps.js';

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

  it('goes with an interval only where that is its frequency', () => {
    const interval: FlowEvent = { type: 'edited', change: { selectedFrequency: 'Interval', interval: 'PT15M' } };
    const page = after(opened(), interval);
    expect(page.draft?.interval).toBe('PT15M');
    expect(reduce(page, { type: 'edited', change: { selectedFrequency: 'Daily' } }).draft?.interval).toBeNull();
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
