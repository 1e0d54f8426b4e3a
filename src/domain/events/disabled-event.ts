import { shortened, type SyncEvent } from '../run/sync-event.js';
import { toIso, type Instant } from '../time/instant.js';
import { syncData, type SyncFacts } from './sync-facts.js';

/** A sync that keeps failing, or has been given up. */
export interface FailingFacts extends SyncFacts {
  readonly at: Instant;
  /** Failed due dates in a row. */
  readonly consecutiveFailures: number;
  /** Up to where it is synced. */
  readonly watermark?: Instant;
  readonly errorMessage: string | null;
}

export type DisabledReason = 'consecutive_failures' | 'connection_deauthorized' | 'connection_unlinked' | 'manual';

const failingData = (facts: FailingFacts) => ({
  ...syncData(facts),
  consecutiveFailures: facts.consecutiveFailures,
  watermark: facts.watermark === undefined ? null : toIso(facts.watermark),
  errorMessage: shortened({ errorMessage: facts.errorMessage, errorDetails: null }).errorMessage,
});

/** Nothing more is planned for the sync. */
export function disabledEventOf(
  facts: FailingFacts & { readonly state: 'disabled' | 'suspended'; readonly reason: DisabledReason },
): SyncEvent<object> {
  const { at, state, reason } = facts;
  return { type: 'sync.disabled', timestamp: toIso(at), data: { ...failingData(facts), state, reason } };
}

/** The sync will be disabled after `disableAfter` failed due dates in a row. */
export function disableWarningOf(facts: FailingFacts & { readonly disableAfter: number }): SyncEvent<object> {
  const { at, disableAfter } = facts;
  return { type: 'sync.disable_warning', timestamp: toIso(at), data: { ...failingData(facts), disableAfter } };
}
