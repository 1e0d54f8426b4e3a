import { disabledEventOf } from '../domain/events/disabled-event.js';
import { scheduleEventOf } from '../domain/events/chain-events.js';
import type { SyncFacts } from '../domain/events/sync-facts.js';
import { found } from '../domain/problem.js';
import type { SyncEvent } from '../domain/run/sync-event.js';
import { sameSchedule } from '../domain/schedule/schedule.js';
import type { Instant } from '../domain/time/instant.js';
import { announce } from '../platform/announce.js';
import type { ClientStores } from '../ports/stores.js';
import type { Editor } from '../ports/sync-edits.js';
import type { Sync, SyncOverview } from '../ports/syncs.js';
import { noteEdit } from './note-edit.js';
import { isPlanning } from './sync-states.js';

/** A sync before an edit, unless it was made by it, and after. */
export interface EditedSync {
  readonly clientId: string;
  readonly before?: Sync;
  readonly after: SyncOverview;
  readonly by: Editor;
}

type Tell = (facts: SyncFacts) => SyncEvent<object>;

/**
 * Writes down who edited a sync, and tells the client that it got another schedule, or that somebody has disabled it.
 * Answers the sync.
 */
export async function announceEdit(stores: ClientStores, edited: EditedSync, now: Instant): Promise<SyncOverview> {
  const { clientId, after } = edited;
  await noteEdit(stores, { ...edited, after: after.sync }, now);
  const { id: syncId, companyId, connectionId } = after.sync;
  const tells = [...scheduleOf(edited, now), ...disablingOf(edited, now)];
  if (tells.length === 0) return after;
  const company = found(await stores.companies.find(companyId));
  const last = await stores.syncs.countMessages(syncId, tells.length);
  const announcements = tells.map((tell, index) => {
    const sequence = last - tells.length + 1 + index;
    const event = tell({ sequence, company, connectionId, syncId });
    return { clientId, companyId, connectionId, syncId, sequence, event };
  });
  await announce(stores, announcements, now);
  return after;
}

function scheduleOf({ before, after: { sync, nextPeriod } }: EditedSync, at: Instant): readonly Tell[] {
  const { schedule } = sync;
  if (schedule === undefined || (before?.schedule && sameSchedule(before.schedule, schedule))) return [];
  return [(facts) => scheduleEventOf({ ...facts, at, enabled: isPlanning(sync), schedule, next: nextPeriod })];
}

/** Without a schedule nothing was planned, so nothing ends. */
function disablingOf({ before, after: { sync } }: EditedSync, at: Instant): readonly Tell[] {
  if (before?.schedule === undefined || !isPlanning(before) || isPlanning(sync)) return [];
  const { consecutiveFailures, watermark } = sync;
  const why = { state: 'disabled', reason: 'manual', errorMessage: null } as const;
  return [(facts) => disabledEventOf({ ...facts, ...why, at, consecutiveFailures, watermark })];
}
