import { Injectable } from '@nestjs/common';
import type { Instant } from '../domain/time/instant.js';
import { makeId } from '../platform/new-id.js';
import { TimeZoneData } from '../platform/time-zone-data.js';
import type { ClientStores } from '../ports/stores.js';
import { decideEdit, type Edit } from './decide-edit.js';

/** Brings the chain and the ledger of a locked sync into line with an edit, in the transaction of `stores`. */
@Injectable()
export class Reschedule {
  constructor(private readonly timeZoneData: TimeZoneData) {}

  /** Throws as decideEdit does. */
  async execute({ syncs, periods }: ClientStores, edit: Edit, now: Instant): Promise<void> {
    const { schedule } = edit;
    const syncId = edit.sync.id;
    const { chain, configuredAt, supersede, plan } = decideEdit(edit, await periods.newestSucceeded(syncId), now);
    await syncs.saveSchedule(syncId, { schedule, chain, configuredAt }, now);
    if (supersede) await periods.supersedeOpen(syncId, now);
    if (!plan) return;
    const period = { id: makeId('per', now), syncId, kind: 'chain', window: plan } as const;
    await periods.plan({ ...period, timeZoneData: this.timeZoneData.version }, now);
  }
}
