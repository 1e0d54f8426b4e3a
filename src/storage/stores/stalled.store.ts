import type { Instant } from '../../domain/time/instant.js';
import {
  StalledStore,
  type Stalled,
  type StalledThresholds,
  type SyncKey,
  type UnplannedChain,
} from '../../ports/stalled.js';
import type { Session } from '../session.js';
import { stalledWork, takeBackOrphans, toStalled, type StalledRow } from '../sql/stalled-work.js';
import {
  lockSyncs,
  pageEnd,
  stillUnplanned,
  toUnplannedChain,
  unplanned,
  type UnplannedRow,
} from '../sql/unplanned-syncs.js';

export class PgStalledStore extends StalledStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async pageEnd({ clientId, syncId }: SyncKey, limit: number): Promise<SyncKey | undefined> {
    const [end] = await this.session.rows<SyncKey>(pageEnd, [clientId, syncId, limit]);
    return end;
  }

  override async unplanned(after: SyncKey, upTo: SyncKey | undefined): Promise<readonly SyncKey[]> {
    const end = upTo === undefined ? [] : [upTo.clientId, upTo.syncId];
    return this.session.rows<SyncKey>(unplanned(upTo !== undefined), [after.clientId, after.syncId, ...end]);
  }

  override async lockUnplanned(syncs: readonly SyncKey[]): Promise<readonly UnplannedChain[]> {
    const locked = await this.session.rows<{ client_id: string; id: string }>(lockSyncs, [
      syncs.map((sync) => sync.clientId),
      syncs.map((sync) => sync.syncId),
    ]);
    const rows = await this.session.rows<UnplannedRow>(stillUnplanned, [
      locked.map((sync) => sync.client_id),
      locked.map((sync) => sync.id),
    ]);
    return rows.flatMap(toUnplannedChain);
  }

  override async takeBackOrphans(now: Instant): Promise<readonly Stalled[]> {
    return (await this.session.rows<StalledRow>(takeBackOrphans, [new Date(now)])).map(toStalled);
  }

  override async find(thresholds: StalledThresholds): Promise<readonly Stalled[]> {
    const { dueBefore, runDateBefore, startedBefore, awaitedBefore, quiet, hasRoom } = thresholds;
    const instants = [dueBefore, runDateBefore, startedBefore, awaitedBefore].map((at) => new Date(at));
    return (await this.session.rows<StalledRow>(stalledWork, [...instants, quiet, hasRoom])).map(toStalled);
  }
}
