import { latestWindow, rangeWindow, type Chain, type PlannedWindow } from '../../domain/chain/sync-period.js';
import { conflict, validationFailed } from '../../domain/problem.js';
import type { Instant } from '../../domain/time/instant.js';
import type { RunRange } from '../../ports/runs.js';
import type { LockedChain, PeriodKind, PeriodStore } from '../../ports/syncs.js';
import type { RunSpan } from './run-request.js';
import type { RunWish } from './run-wish.js';

/** What a run asked for reads, and the period it fills if its success counts as coverage. */
export interface RunPlan {
  readonly range: RunRange;
  readonly period?: { readonly kind: PeriodKind; readonly window: PlannedWindow };
}

interface PlanStep {
  readonly periods: PeriodStore;
  readonly chain: LockedChain;
  readonly wish: RunWish;
  readonly now: Instant;
}

/** Throws 409 for a span that does not fit the chain, and 422 for one that is none. */
export async function planRun({ periods, chain, wish, now }: PlanStep): Promise<RunPlan> {
  const { span } = wish;
  if (span.type === 'full') return { range: { finish: now } };
  if (span.type === 'latest') return planLatest(chainOf(chain), { span, covers: wish.covers, now });
  const { start, finish } = span;
  const succeeded = await periods.succeeded(chain.sync.id, start, finish);
  const window = rangeWindow({ start, finish, now, chain: chainForRange(chain, finish), succeeded, force: wish.force });
  const claims = window.claimsCoverage && wish.covers && chain.sync.schedule !== undefined;
  return { range: { start, finish }, period: claims ? { kind: 'range', window } : undefined };
}

interface LatestStep {
  readonly span: Extract<RunSpan, { type: 'latest' }>;
  readonly covers: boolean;
  readonly now: Instant;
}

function planLatest(chain: Chain, { span, covers, now }: LatestStep): RunPlan {
  const window = latestWindow({ chain, now, syncTo: span.syncTo });
  if (!window.ok) throw validationFailed(window.problems);
  const { start, dueDate: finish } = window.value;
  return { range: { start, finish }, period: covers ? { kind: 'latest', window: window.value } : undefined };
}

function chainOf({ sync }: LockedChain): Chain {
  if (!sync.schedule || sync.chainStart === undefined)
    throw conflict(
      'sync_unscheduled',
      'The sync has no schedule, so there is no latest: give it one, or ask for a range.',
    );
  return { start: sync.chainStart, watermark: sync.watermark };
}

/** Without a schedule there is no chain to get ahead of, and none to move. */
const chainForRange = ({ sync }: LockedChain, finish: Instant): Chain =>
  sync.chainStart === undefined
    ? { start: finish, watermark: undefined }
    : { start: sync.chainStart, watermark: sync.watermark };
