import { createHash } from 'node:crypto';
import { flowPeriodOf, type FlowPeriod } from '../domain/flow/flow-period.js';
import { resentPeriods } from '../domain/flow/resent-periods.js';
import type { ScheduleWarning } from '../domain/schedule/preview-warnings.js';
import { previewChain, previewPeriods, type Preview } from '../domain/schedule/preview.js';
import type { PlannedWindow } from '../domain/chain/period.js';
import type { ClientStores } from '../ports/stores.js';
import type { OpenPeriod, Sync } from '../ports/syncs.js';
import { decideEdit } from '../schedule/decide-edit.js';
import { isPlanning } from '../schedule/sync-states.js';
import type { FlowContext } from './flow-context.js';
import type { FlowDraft } from './flow-draft.js';

/** What saving a draft now would lead to. */
export interface FlowPreview {
  readonly draft: FlowDraft;
  readonly periods: readonly FlowPeriod[];
  readonly warnings: readonly ScheduleWarning[];
  /** Earlier periods that would be read again. */
  readonly resentPeriods: number;
  readonly fingerprint: string;
}

/** Periods that a fingerprint is made of. */
const FINGERPRINTED = 3;
/** Earlier periods that are looked at: more failures in a row than any client lets a sync have. */
const LOOKED_BACK = 100;

export interface PreviewWish {
  readonly draft: FlowDraft;
  /** How many periods to show. */
  readonly count: number;
  /** The sync's open period, as this transaction sees it. */
  readonly open?: OpenPeriod;
}

/** The periods that a draft leads to, by the functions that plan them. Throws 409 where saving it would. */
export async function previewDraft(
  stores: ClientStores,
  context: FlowContext,
  wish: PreviewWish,
): Promise<FlowPreview> {
  const { draft, count } = wish;
  const { schedule } = draft;
  const made = await periodsOf(stores, context, { ...wish, count: Math.max(count, FINGERPRINTED) });
  const { periods, warnings } = made;
  const shown = periods.slice(0, count).map((period) => flowPeriodOf(period, schedule));
  const last = shown.at(-1)?.dueDate ?? context.now;
  return {
    draft,
    periods: shown,
    warnings: warnings.filter(({ dueDate }) => dueDate === null || dueDate <= last),
    resentPeriods: made.resentPeriods,
    fingerprint: fingerprintOf(draft, periods),
  };
}

async function periodsOf(stores: ClientStores, context: FlowContext, wish: PreviewWish): Promise<PlannedPreview> {
  const { sync, now } = context;
  const { draft, count, open } = wish;
  const { schedule, writtenStartDate } = draft;
  if (!sync) return { ...previewPeriods({ schedule, now, count, writtenStartDate }), resentPeriods: 0 };
  // As planned, also where the sync is paused: it shows what resuming it would lead to.
  const edit = { sync, open, schedule, enabled: true, reEnabling: false };
  const { chain, plan, configuredAt } = decideEdit(edit, await stores.periods.newestSucceeded(sync.id), now);
  const preview = previewChain({
    schedule,
    now,
    count,
    writtenStartDate,
    chain,
    ...firstOf(plan, open),
    configuredAt: isPlanning(sync) ? configuredAt : now,
    catchUp: context.client.catchUp,
  });
  const resent = plan ? resentPeriods(plan, await stores.flowHistory.recent(sync.id, LOOKED_BACK)) : 0;
  return { ...preview, resentPeriods: resent };
}

interface PlannedPreview extends Preview {
  readonly resentPeriods: number;
}

/** What is planned, or what stays as it is. */
function firstOf(plan: PlannedWindow | undefined, open: OpenPeriod | undefined) {
  if (plan) return { first: plan };
  if (!open) throw new Error('A schedule plans a period, or leaves one open.');
  return { first: open, isManual: open.kind !== 'chain', heldDueDate: open.heldDueDate };
}

/** Changes with the configuration, and with the periods it makes first. */
function fingerprintOf({ models, schedule }: FlowDraft, periods: Preview['periods']): string {
  const { selectedFrequency, interval = null, startDate, syncHour, timeZone } = schedule;
  const windows = periods.slice(0, FINGERPRINTED).map(({ start, dueDate }) => [start, dueDate]);
  const facts = [models.toSorted(), selectedFrequency, interval, startDate, syncHour, timeZone, windows];
  return createHash('sha256').update(JSON.stringify(facts)).digest('base64url').slice(0, 32);
}

/** The sync's open period. */
export async function openPeriodOf({ periods }: ClientStores, sync: Sync | undefined): Promise<OpenPeriod | undefined> {
  return sync && (await periods.open([sync.id]))[0];
}
