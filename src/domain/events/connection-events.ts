import type { EventCompany, RecordCounts, SyncEvent } from '../run/sync-event.js';
import { toIso, type Instant } from '../time/instant.js';
import { companyData, syncData, type SyncFacts } from './sync-facts.js';

/** A connection that was taken off, by the client or by its source. */
export interface UnlinkedFacts {
  readonly at: Instant;
  readonly company: EventCompany;
  readonly connectionId: string;
  readonly platform: string;
  readonly state: 'unlinked' | 'deauthorized';
  readonly reason?: string;
}

export function unlinkedEventOf(facts: UnlinkedFacts): SyncEvent<object> {
  const { at, company, connectionId, platform, state, reason } = facts;
  const data = {
    company: companyData(company),
    connectionId,
    platform,
    state,
    reason: reason ?? null,
  };
  return { type: 'connection.unlinked', timestamp: toIso(at), data };
}

/** Records that a run changed. */
export interface ChangeFacts extends SyncFacts {
  readonly at: Instant;
  readonly runId: string;
  readonly records: Readonly<Record<string, RecordCounts>>;
  /** Of the change feed: what it answers first is the first of these changes. */
  readonly cursor: string;
}

export function changeEventOf(facts: ChangeFacts): SyncEvent<object> {
  const { at, runId, records, cursor } = facts;
  return { type: 'records.changed', timestamp: toIso(at), data: { ...syncData(facts), runId, records, cursor } };
}
