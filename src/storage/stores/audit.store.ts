import type { MissingRecords } from '../../domain/run/mass-deletion.js';
import type { Instant } from '../../domain/time/instant.js';
import { AuditStore, type Deleted, type HeldDeletion, type NewSnapshot, type SnapshotOf } from '../../ports/audits.js';
import type { Page, PageRequest } from '../../ports/page.js';
import type { ChangeCap } from '../../ports/records.js';
import { toInstant } from '../columns.js';
import { storableText } from '../record-rows.js';
import type { Session } from '../session.js';
import * as sql from '../sql/audits.js';

/** Ids of missing records that a held deletion shows. */
const SAMPLE = 10;

interface HeldRow {
  readonly connection_id: string;
  readonly model: string;
  readonly snapshot_id: string;
  readonly sync_id: string;
  readonly run_id: string;
  readonly missing: number;
  readonly live: number;
  readonly held_at: Date;
  readonly sample: string[];
}

const toHeld = (row: HeldRow): HeldDeletion => ({
  connectionId: row.connection_id,
  model: row.model,
  snapshotId: row.snapshot_id,
  syncId: row.sync_id,
  runId: row.run_id,
  missing: row.missing,
  live: row.live,
  heldAt: toInstant(row.held_at),
  sample: row.sample,
});

export class PgAuditStore extends AuditStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async begin({ id, syncId, model, startedAt }: NewSnapshot): Promise<void> {
    const { clientId } = this.session;
    await this.session.touched(sql.forgetUnfinished, [clientId, syncId, model]);
    await this.session.touched(sql.beginSnapshot, [clientId, id, syncId, model, new Date(startedAt)]);
  }

  override async note(snapshotId: string, page: number, ids: readonly string[]): Promise<void> {
    const parameters = [this.session.clientId, snapshotId, page, ids.map(storableText)];
    await this.session.touched(sql.notePage, parameters);
  }

  override async missing(of: SnapshotOf, pages: number): Promise<MissingRecords | undefined> {
    const { clientId } = this.session;
    await this.session.rows(sql.forWholeModels);
    const [is] = await this.session.rows<{ whole: boolean }>(sql.isWhole, [clientId, of.snapshotId, pages]);
    if (is?.whole !== true) return undefined;
    const [{ missing } = { missing: 0 }] = await this.session.rows<{ missing: number }>(sql.countMissing, this.key(of));
    if (missing === 0) return { missing, live: 0 };
    const model = [clientId, of.connectionId, of.model];
    const [{ live } = { live: 0 }] = await this.session.rows<{ live: number }>(sql.countLive, model);
    return { missing, live };
  }

  override async delete(of: SnapshotOf, by: { runId: string; cap?: ChangeCap }, now: Instant): Promise<Deleted> {
    await this.session.rows(sql.forWholeModels);
    const [{ deleted } = { deleted: 0 }] = await this.session.rows<{ deleted: number }>(sql.deleteMissing, [
      ...this.key(of),
      by.runId,
      new Date(now),
      by.cap?.room ?? null,
    ]);
    if (by.cap === undefined) return { deleted, deferred: 0 };
    const left = [...this.key(of), by.cap.syncId];
    const [{ deferred } = { deferred: 0 }] = await this.session.rows<{ deferred: number }>(sql.deferMissing, left);
    return { deleted, deferred };
  }

  override async withdraw(of: SnapshotOf, syncId: string): Promise<void> {
    await this.session.touched(sql.withdrawGone, [this.session.clientId, syncId, of.model, of.snapshotId]);
  }

  override async forget(snapshotId: string): Promise<void> {
    await this.session.touched(sql.forgetSnapshot, [this.session.clientId, snapshotId]);
  }

  override async hold(held: Omit<HeldDeletion, 'sample'>): Promise<void> {
    await this.session.touched(sql.holdMissing, [
      ...this.key(held),
      held.syncId,
      held.runId,
      held.missing,
      held.live,
      new Date(held.heldAt),
      SAMPLE,
    ]);
  }

  override async held(connectionId: string, model: string): Promise<HeldDeletion | undefined> {
    const key = [this.session.clientId, connectionId, model];
    const [row] = await this.session.rows<HeldRow>(sql.lockHeld, key);
    return row && toHeld(row);
  }

  override async listHeld(connectionId: string, { after, limit }: PageRequest): Promise<Page<HeldDeletion>> {
    const parameters = [this.session.clientId, connectionId, after ?? null, limit + 1];
    const rows = await this.session.rows<HeldRow>(sql.listHeld, parameters);
    const data = rows.slice(0, limit).map(toHeld);
    return rows.length > limit ? { data, nextAfter: data.at(-1)?.model } : { data };
  }

  override async dropHeld(connectionId: string, model: string): Promise<boolean> {
    const key = [this.session.clientId, connectionId, model];
    return (await this.session.touched(sql.dropHeld, key)) > 0;
  }

  private key({ connectionId, model, snapshotId }: SnapshotOf): readonly string[] {
    return [this.session.clientId, connectionId, model, snapshotId];
  }
}
