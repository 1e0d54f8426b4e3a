import type { EventCompany } from '../run/sync-event.js';

/** What every message about a sync says. */
export interface SyncFacts {
  /** Counts the messages of the sync. */
  readonly sequence: number;
  readonly company: EventCompany;
  readonly connectionId: string;
  readonly syncId: string;
}

/** A company as messages show it: null where it has no reference. */
export const companyData = ({ id, name, reference, tags }: EventCompany) => ({
  id,
  name,
  reference: reference ?? null,
  tags,
});

export const syncData = ({ sequence, company, connectionId, syncId }: SyncFacts) => ({
  sequence,
  company: companyData(company),
  connectionId,
  syncId,
});
