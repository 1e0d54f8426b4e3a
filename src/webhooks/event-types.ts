import type { SyncEventType } from '../domain/run/sync-event.js';

/** The types this release announces, and an endpoint may subscribe to. */
export const announcedTypes = [
  'sync.period.completed',
  'sync.period.completed.initial',
  'sync.period.failed',
  'sync.period.late',
  'sync.run.completed',
  'sync.run.failed',
  'sync.run.aborted',
  'sync.disabled',
  'sync.disable_warning',
  'schedule.updated',
  'connection.unlinked',
  'records.changed',
  'webhook.endpoint.disabled',
] as const satisfies readonly SyncEventType[];

/** The types of messages: those, and the one that is sent when asked for. */
export const messageTypes = [...announcedTypes, 'webhook.test'] as const satisfies readonly SyncEventType[];
