import { Injectable } from '@nestjs/common';
import { Clock } from '../../ports/clock.js';
import { Database } from '../../ports/database.js';
import type { ReleasedChanges } from '../../ports/records.js';
import type { Progress } from '../../ports/runs.js';
import { changeRoom } from './change-room.js';
import { keepProgress } from './keep-progress.js';
import { nothingYet } from './model-progress.js';
import type { Position, RunInHand } from './run-in-hand.js';

/** Changes announced in one transaction. */
const MOST_AT_ONCE = 1_000;

/**
 * Changes that a run has read and not announced, because of its sync's `changesPerRun`, and left for the next. They
 * are announced before that one's own, so the queue is empty whenever a run has room for a change of its own.
 */
@Injectable()
export class CarryOver {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Announces the oldest first, as many as the cap has room for; all of them where the cap is gone. */
  async release(inHand: RunInHand, position: Position, signal: AbortSignal): Promise<Position> {
    if (!inHand.started.hasPendingChanges) return position;
    let reached = position;
    for (let isEmpty = false; !isEmpty;) {
      signal.throwIfAborted();
      const room = changeRoom(inHand.started, reached.progress)?.room ?? Infinity;
      if (room === 0) return reached;
      ({ reached, isEmpty } = await this.releaseSome(inHand, reached, Math.min(room, MOST_AT_ONCE)));
    }
    return reached;
  }

  /** Whether anything is left for the next run. */
  async remains({ clientId, started: { run, sync, hasPendingChanges } }: RunInHand): Promise<boolean> {
    if (sync.changesPerRun === undefined && !hasPendingChanges) return false;
    return this.database.asClient(clientId, ({ pendingChanges }) => pendingChanges.any(run.syncId));
  }

  private async releaseSome(inHand: RunInHand, { checkpoint, progress }: Position, most: number) {
    const { clientId, started, owner } = inHand;
    const { id: runId, connectionId, syncId } = started.run;
    const now = await this.clock.now();
    return this.database.asClient(clientId, async ({ runs, pendingChanges }) => {
      const released = await pendingChanges.release({ connectionId, syncId, runId, most }, now);
      const reached = { checkpoint, progress: withReleased(progress, released) };
      await keepProgress(runs, owner, reached);
      return { reached, isEmpty: released.taken < most };
    });
  }
}

function withReleased(progress: Progress, { models }: ReleasedChanges): Progress {
  const released = Object.entries(models).map(([model, { created, updated, deleted }]) => {
    const before = progress[model] ?? nothingYet;
    const counts = {
      created: before.created + created,
      updated: before.updated + updated,
      deleted: before.deleted + deleted,
    };
    return [model, { ...before, ...counts }] as const;
  });
  return { ...progress, ...Object.fromEntries(released) };
}
