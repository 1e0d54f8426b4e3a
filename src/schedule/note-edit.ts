import type { Instant } from '../domain/time/instant.js';
import { makeId } from '../platform/new-id.js';
import type { ClientStores } from '../ports/stores.js';
import type { Editor } from '../ports/sync-edits.js';
import type { Sync } from '../ports/syncs.js';
import { changesOf } from './edit-changes.js';

/** A sync before an edit, unless it was made by it, and after; and who edited it. */
export interface NotedEdit {
  readonly before?: Sync;
  readonly after: Sync;
  readonly by: Editor;
}

/** Writes down who changed what, in the transaction that changes it. Nothing where nothing was changed. */
export async function noteEdit(stores: ClientStores, { before, after, by }: NotedEdit, now: Instant): Promise<void> {
  const changes = changesOf(before, after);
  if (changes.length === 0) return;
  const kind = before === undefined ? 'created' : 'changed';
  await stores.syncEdits.insert({
    id: makeId('edt', now),
    syncId: after.id,
    kind,
    editedBy: by,
    changes,
    editedAt: now,
  });
}
