import type { Instant } from '../../domain/time/instant.js';
import type { RunCheckpoint } from '../../ports/runs.js';
import type { Snapshot } from '../../ports/audits.js';
import type { RecordCounts } from '../../ports/records.js';
import type { ClientStores } from '../../ports/stores.js';
import type { MissingRecords } from '../../domain/run/mass-deletion.js';
import { auditPage } from './audit-page.js';
import { changeRoom } from './change-room.js';
import { nothingYet, withPage, type PageCounts } from './model-progress.js';
import type { PageStep, Position, RunInHand } from './run-in-hand.js';

export interface KeptPage {
  readonly reached: Position;
  readonly counts: PageCounts;
  /** Missing records that make the model be read a second time. */
  readonly doubted?: MissingRecords;
}

/** Writes a page: its records, its part of the snapshot where the model is audited, and what the model lacks. */
export async function keepPage(
  { records, audits }: Pick<ClientStores, 'records' | 'audits'>,
  { inHand, step }: { readonly inHand: RunInHand; readonly step: PageStep },
  now: Instant,
): Promise<KeptPage> {
  const { model, page, position } = step;
  const { run } = inHand.started;
  const cap = changeRoom(inHand.started, position.progress);
  // What was forced in a first reading is not announced again in the second.
  const force = run.force && position.checkpoint.snapshot?.again !== true;
  const batch = { connectionId: run.connectionId, model, runId: run.id, records: page.records, force, cap };
  const saved = await records.save(batch, now);
  const left = cap && { ...cap, room: cap.room - saved.created - saved.updated };
  const audited = await auditPage(audits, { inHand, step, cap: left }, now);
  const { deleted, held, doubted } = audited;
  const counts = { ...fetchedNow(saved, step), deleted, held, deferred: saved.deferred + audited.deferred };
  const counted = withPage(position.progress[model] ?? nothingYet, counts, page);
  return {
    reached: {
      checkpoint: checkpointAfter(step, audited.snapshot),
      progress: { ...position.progress, [model]: { ...counted, done: counted.done && doubted === undefined } },
    },
    counts,
    doubted,
  };
}

/** A record is fetched once, however often its model is read. */
function fetchedNow(saved: RecordCounts, { position: { checkpoint } }: PageStep): RecordCounts {
  if (checkpoint.snapshot?.again !== true) return saved;
  return { ...saved, fetched: saved.created + saved.updated + saved.deferred, skipped: 0 };
}

function checkpointAfter({ page, model, position: { checkpoint } }: PageStep, snapshot?: Snapshot): RunCheckpoint {
  if (page.isPart) return checkpoint;
  if (page.checkpoint) return { done: checkpoint.done, model, at: page.checkpoint, snapshot };
  // Without a place in it: from its beginning.
  if (snapshot) return { done: checkpoint.done, model, snapshot };
  return { done: [...checkpoint.done, model] };
}
