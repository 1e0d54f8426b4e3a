import type { SyncEvent } from '../domain/run/sync-event.js';
import type { Instant } from '../domain/time/instant.js';
import type { ClientStores } from '../ports/stores.js';
import type { NewMessage } from '../ports/webhooks.js';
import { makeId } from './new-id.js';

/** An event, and whose it is. */
export interface Announcement extends Omit<NewMessage, 'id' | 'type' | 'body'> {
  readonly event: SyncEvent<object>;
}

/** Announces in the transaction of `stores` what it makes true: the messages, their deliveries and their jobs. */
export async function announce(
  { outbox, jobs }: Pick<ClientStores, 'outbox' | 'jobs'>,
  announcements: readonly Announcement[],
  now: Instant,
): Promise<void> {
  const messages = announcements.map(({ event, ...about }): NewMessage => ({
    ...about,
    id: makeId('msg', now),
    type: event.type,
    body: JSON.stringify(event),
  }));
  await jobs.enqueueDeliveries(await outbox.publish(messages, now));
}
