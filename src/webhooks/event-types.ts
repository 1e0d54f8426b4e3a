import { SYNC_EVENT_TYPES, type SyncEventType } from '../domain/run/sync-event.js';

/** The types of messages: those that are announced, and the one that is sent when asked for. */
export const messageTypes: readonly SyncEventType[] = SYNC_EVENT_TYPES;

/** The types this release announces, and an endpoint may subscribe to. */
export const announcedTypes: readonly SyncEventType[] = SYNC_EVENT_TYPES.filter((type) => type !== 'webhook.test');
