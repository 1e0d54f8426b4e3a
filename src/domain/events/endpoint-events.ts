import type { SyncEvent } from '../run/sync-event.js';
import { toIso, type Instant } from '../time/instant.js';

/** An endpoint that was disabled because of how it answers. */
export interface EndpointDisabledFacts {
  readonly at: Instant;
  readonly endpointId: string;
  readonly url: string;
  /** It answered 410, or failed for days without any success. */
  readonly reason: 'gone' | 'failing';
  readonly failingSince?: Instant;
}

/** Told to the client's other endpoints. */
export function endpointDisabledEventOf(facts: EndpointDisabledFacts): SyncEvent<object> {
  const { at, endpointId, url, reason, failingSince } = facts;
  const data = { endpointId, url, reason, failingSince: failingSince === undefined ? null : toIso(failingSince) };
  return { type: 'webhook.endpoint.disabled', timestamp: toIso(at), data };
}

/** Sent to one endpoint when its client asks for it. */
export const testEventOf = (endpointId: string, at: Instant): SyncEvent<object> => ({
  type: 'webhook.test',
  timestamp: toIso(at),
  data: { endpointId },
});
