import { describe, expect, it } from 'vitest';
import type { FlowStatus } from '../../../src/ui/sync-flow/api/contract.js';
import { scheduleOf } from '../../../src/ui/sync-flow/i18n/use-dates.js';
import { firstPage, type FlowPage } from '../../../src/ui/sync-flow/state/flow-state.js';
import { reduce } from '../../../src/ui/sync-flow/state/reduce.js';
import { canSyncNow, isConfigured } from '../../../src/ui/sync-flow/state/rights.js';
import { bootstrap, CONFIGURED, status } from './bootstraps.js';

const session = { ...bootstrap().session, scopes: ['status:read', 'action:sync_now'] as const };

/** A page of a session that may read the status and not the configuration. */
const page = (change: Partial<FlowStatus> = {}): FlowPage =>
  reduce(firstPage(true), {
    type: 'opened',
    bootstrap: bootstrap({ session, status: { ...status, ...change } }),
    timeZone: 'Asia/Kolkata',
    view: 'auto',
  });

describe('a session that may not read the configuration', () => {
  it('begins with the status of what is set up', () => {
    expect(page().screen).toBe('status');
    expect(isConfigured(page())).toBe(true);
  });

  it('shows dates in the zone and with the hour that the status names', () => {
    const there = page({ timeZone: 'America/New_York', syncHour: 5 });
    expect(scheduleOf(there, CONFIGURED)).toMatchObject({ timeZone: 'America/New_York', syncHour: 5 });
    expect(scheduleOf(page(), CONFIGURED)).toMatchObject({ timeZone: 'Europe/London', syncHour: 0 });
  });
});

describe('a sync by hand', () => {
  it('is offered where something is set up and nothing runs', () => {
    expect(canSyncNow(page())).toBe(true);
    expect(canSyncNow({ ...page(), status: undefined })).toBe(false);
  });

  it('is not offered during a run, in a pause or while the connection is refused', () => {
    expect(canSyncNow(page({ running: { startedAt: null, fraction: null } }))).toBe(false);
    expect(canSyncNow(page({ pausedAt: '2026-11-22T00:00:00.000Z' }))).toBe(false);
    expect(canSyncNow(page({ state: 'needs_action' }))).toBe(false);
  });
});
