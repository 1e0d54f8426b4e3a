import { toIso } from '../domain/time/instant.js';
import type { HeldDeletion } from '../ports/audits.js';

/** Held deletions as the API shows them. */
export const heldDeletionView = ({ model, runId, syncId, missing, live, heldAt, sample }: HeldDeletion) => ({
  model,
  runId,
  syncId,
  missing,
  of: live,
  heldAt: toIso(heldAt),
  sample,
});
