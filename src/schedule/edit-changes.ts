import type { FieldChange } from '../ports/sync-edits.js';
import type { Sync } from '../ports/syncs.js';
import { SYNC_ONLY } from './sync-body.js';
import { scheduleView } from './sync-view.js';

/** What an edit changed of a sync, member by member; all that is not empty where the edit created it. */
export function changesOf(before: Sync | undefined, after: Sync): readonly FieldChange[] {
  const [old, now] = [before ? membersOf(before) : {}, membersOf(after)];
  return Object.entries(now).flatMap(([field, value]) => {
    const former = old[field] ?? null;
    return JSON.stringify(former) === JSON.stringify(value) ? [] : [{ field, before: former, after: value }];
  });
}

/** What can be edited, by the names the API has for it. */
function membersOf(sync: Sync): Readonly<Record<string, unknown>> {
  const { name, enabled, mode, lookback, readWindow, watermarkAt, changesPerRun, schedule } = sync;
  const ofSchedule = schedule === undefined ? {} : scheduleView(schedule);
  return {
    name: name ?? null,
    enabled,
    mode,
    models: sync.syncOnly ? SYNC_ONLY : (sync.models ?? []),
    lookback: lookback ?? null,
    readWindow,
    watermarkAt,
    changesPerRun: changesPerRun ?? null,
    ...Object.fromEntries(Object.entries(ofSchedule).map(([field, value]) => [`schedule.${field}`, value])),
  };
}
