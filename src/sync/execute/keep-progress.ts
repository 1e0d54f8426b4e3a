import type { Ownership, RunStore } from '../../ports/runs.js';
import type { Position } from './run-in-hand.js';
import { AbortRequested, RunLost } from './run-interruptions.js';

/** Saves how far a run got with what it wrote. Throws RunLost and AbortRequested, each of which takes that back. */
export async function keepProgress(
  runs: RunStore,
  owner: Ownership,
  { checkpoint, progress }: Position,
): Promise<void> {
  const saved = await runs.saveProgress(owner, checkpoint, progress);
  if (saved === 'lost') throw new RunLost(owner.runId);
  if (saved === 'abort_requested') throw new AbortRequested(owner.runId);
}
