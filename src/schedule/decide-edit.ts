import { anchorChain } from '../domain/chain/anchor.js';
import { isHeld, requireNotHeld } from '../domain/chain/held-period.js';
import type { Instant } from '../domain/time/instant.js';
import { sameSchedule, type SyncSchedule } from '../domain/schedule/schedule.js';
import { replan, type Chain, type PeriodWindow, type PlannedWindow } from '../domain/chain/sync-period.js';
import type { OpenPeriod, Sync } from '../ports/syncs.js';

/** A new schedule, a sync enabled or disabled, or both. */
export interface Edit {
  readonly sync: Sync;
  readonly open?: OpenPeriod;
  readonly schedule: SyncSchedule;
  /** Whether periods are to be planned from now on. */
  readonly enabled: boolean;
  /** Whether this edit enables a sync that was not. */
  readonly reEnabling: boolean;
}

export interface EditDecision {
  readonly chain: Chain;
  readonly configuredAt: Instant;
  readonly supersede: boolean;
  readonly plan?: PlannedWindow;
}

/**
 * What an edit changes in the chain and in the ledger. Throws 409 `start_date_locked`, `period_overlap`, and
 * `run_active` where the start would move under a run that is reading from the old one.
 */
export function decideEdit(edit: Edit, newest: PeriodWindow | undefined, now: Instant): EditDecision {
  const { sync, schedule, enabled, reEnabling } = edit;
  const previous = sync.schedule;
  // Days and hours of another zone are others: a run that reads them would leave some out.
  if (sync.readWindow !== 'period' && previous?.timeZone !== schedule.timeZone) requireNotHeld(edit.open);
  const isNew = reEnabling || previous === undefined || !sameSchedule(previous, schedule);
  const chain = chainUnder(edit, newest);
  const open = edit.open && { status: isHeld(edit.open) ? ('running' as const) : edit.open.status };
  return {
    chain,
    configuredAt: isNew ? now : (sync.configuredAt ?? now),
    ...replan({ open, schedule, previous, chain, now, enabled }),
  };
}

function chainUnder({ sync, open, schedule, reEnabling }: Edit, newest: PeriodWindow | undefined): Chain {
  const chain = sync.chainStart === undefined ? undefined : { watermark: sync.watermark, start: sync.chainStart };
  const succeeded = newest === undefined ? [] : [newest];
  const activeRun = open && isHeld(open) ? { id: open.runId } : undefined;
  return anchorChain({ schedule, previous: sync.schedule, chain, reEnabling, activeRun, succeeded }).chain;
}
