import type { SyncEventType } from '../domain/run/sync-event.js';

/** The types this release announces. */
export const announcedTypes = [
  'sync.period.completed',
  'sync.period.completed.initial',
  'sync.period.failed',
] as const satisfies readonly SyncEventType[];
