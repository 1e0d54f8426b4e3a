import { isMassDeletion, type MissingRecords } from '../../domain/run/mass-deletion.js';
import type { Instant } from '../../domain/time/instant.js';
import { makeId } from '../../platform/new-id.js';
import type { AuditStore, Snapshot, SnapshotOf } from '../../ports/audits.js';
import type { ChangeCap } from '../../ports/records.js';
import type { PageStep, RunInHand } from './run-in-hand.js';
import type { ReadPlan } from './read-plan.js';

/** What a page did to the snapshot of its model. */
export interface AuditedPage {
  /** Goes on with the next page, or with the first once more; absent where there is none, or no snapshot. */
  readonly snapshot?: Snapshot;
  readonly deleted: number;
  readonly deferred: number;
  /** Missing records whose deletion somebody must approve. */
  readonly held?: MissingRecords;
  /** Missing records that a second reading may still find. */
  readonly doubted?: MissingRecords;
}

const NOTHING_MISSING = { deleted: 0, deferred: 0 };

/** Only a reading of everything can tell what is missing. */
const readsEverything = ({ mode, window, filter }: ReadPlan): boolean =>
  mode === 'audit' && window === undefined && filter?.since === undefined && filter?.last === undefined;

/**
 * Notes the ids of a page that is being kept; after the last page of a model, deletes what the model lacks, or holds
 * it for approval. In the transaction of the page, with the connection locked.
 */
export async function auditPage(
  audits: AuditStore,
  { inHand, step, cap }: { readonly inHand: RunInHand; readonly step: PageStep; readonly cap?: ChangeCap },
  now: Instant,
): Promise<AuditedPage> {
  const { page, model } = step;
  const under = await snapshotUnderWay(audits, inHand, step, now);
  if (under === undefined) return NOTHING_MISSING;
  const snapshot = { ...under, pages: under.pages + 1 };
  const ids = page.records.map(({ id }) => id);
  await audits.note(snapshot.id, snapshot.pages, ids);
  if (page.checkpoint !== undefined) return { snapshot, ...NOTHING_MISSING };
  const of = { connectionId: inHand.started.run.connectionId, model, snapshotId: snapshot.id };
  return completed(audits, { inHand, of, snapshot, cap }, now);
}

/** Begun with the first page of a model; an attempt that goes on within a model goes on with its snapshot, if any. */
async function snapshotUnderWay(
  audits: AuditStore,
  { started: { run } }: RunInHand,
  { plan, model, position: { checkpoint } }: PageStep,
  now: Instant,
): Promise<Snapshot | undefined> {
  if (!readsEverything(plan)) return undefined;
  if (checkpoint.model === model) return checkpoint.snapshot;
  const id = makeId('snp', now);
  await audits.begin({ id, syncId: run.syncId, model, startedAt: run.startedAt ?? now });
  return { id, pages: 0 };
}

interface CompleteSnapshot {
  readonly inHand: RunInHand;
  readonly of: SnapshotOf;
  readonly snapshot: Snapshot;
  readonly cap?: ChangeCap;
}

/**
 * What was held before is judged anew by what is missing now. A listing of more than one page moves while it is read:
 * one record deleted on a page behind the reader, and the first of a page to come is on none that he sees. So where
 * records are missing the model is read a second time, and only what neither reading has seen is gone.
 */
async function completed(
  audits: AuditStore,
  { inHand: { started }, of, snapshot, cap }: CompleteSnapshot,
  now: Instant,
): Promise<AuditedPage> {
  const { id: runId, syncId } = started.run;
  const found = await audits.missing(of, snapshot.pages);
  if (found === undefined) {
    await audits.forget(of.snapshotId);
    return NOTHING_MISSING;
  }
  if (found.missing > 0 && snapshot.pages > 1 && snapshot.again !== true)
    return { ...NOTHING_MISSING, snapshot: { ...snapshot, again: true }, doubted: found };
  await audits.dropHeld(of.connectionId, of.model);
  if (isMassDeletion(found)) {
    await audits.hold({ ...of, ...found, syncId, runId, heldAt: now });
    return { ...NOTHING_MISSING, held: found };
  }
  // What waits and was not seen may have moved too; once read twice, or in one page, it is gone.
  if (cap && (snapshot.again === true || snapshot.pages === 1)) await audits.withdraw(of, syncId);
  const gone = found.missing === 0 ? NOTHING_MISSING : await audits.delete(of, { runId, cap }, now);
  await audits.forget(of.snapshotId);
  return gone;
}
