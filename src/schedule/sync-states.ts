import { conflict } from '../domain/problem.js';
import type { Sync, SyncChange } from '../ports/syncs.js';
import type { Connection } from '../ports/tenancy.js';

/** Whether periods are planned for a sync, once it has a schedule. */
export const isPlanning = ({ enabled, state }: Sync): boolean =>
  enabled && (state === 'active' || state === 'unscheduled');

/** What enabling or disabling writes; without a schedule a sync stays unscheduled. */
export function enablement(sync: Sync, enabled: boolean): SyncChange {
  const state = enabled ? ('active' as const) : ('disabled' as const);
  const stopped = sync.schedule === undefined ? {} : { state, stateReason: enabled ? null : 'manual' };
  return { enabled, ...stopped, ...(enabled ? { consecutiveFailures: 0 } : {}) };
}

/** Throws 409 connection_not_linked: a sync is only enabled where its runs can succeed. */
export function requireLinked({ id, state }: Connection): void {
  if (state === 'linked') return;
  const message = `The connection ${id} is ${state}. Link it first, or leave the sync disabled.`;
  throw conflict('connection_not_linked', message);
}
