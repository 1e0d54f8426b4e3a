import { toIso } from '../time/instant.js';
import type { Instant } from '../time/instant.js';
import type { PeriodWindow } from '../chain/period.js';
import { oneLine } from './one-line.js';
import { statusOf } from './settlement.js';
import type { RunOutcome } from './settlement.js';

/** The published event types. */
export const SYNC_EVENT_TYPES = [
  'sync.period.completed',
  'sync.period.completed.initial',
  'sync.period.failed',
  'sync.period.late',
  'sync.run.completed',
  'sync.run.failed',
  'sync.run.aborted',
  'sync.disabled',
  'sync.disable_warning',
  'schedule.updated',
  'connection.unlinked',
  'records.changed',
  'webhook.endpoint.disabled',
  'webhook.test',
] as const;

export type SyncEventType = (typeof SYNC_EVENT_TYPES)[number];

export const isSyncEventType = (text: string): text is SyncEventType =>
  (SYNC_EVENT_TYPES as readonly string[]).includes(text);

/** The body of a webhook message. */
export interface SyncEvent<Data> {
  readonly type: SyncEventType;
  /** When it happened, ISO 8601 UTC. */
  readonly timestamp: string;
  readonly data: Data;
}

/** Records counted for one model. */
export type RecordCounts = Readonly<Record<string, number>>;

export interface EventCompany {
  readonly id: string;
  readonly name: string;
  readonly reference?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** A period that was settled for good, with its run. */
export interface PeriodFacts {
  readonly sequence: number;
  readonly company: EventCompany;
  readonly connectionId: string;
  readonly syncId: string;
  readonly runId: string;
  readonly trigger: string;
  readonly period: PeriodWindow;
  readonly runDate: Instant;
  readonly startedAt: Instant;
  readonly finishedAt: Instant;
  readonly attempt: number;
  readonly isInitial: boolean;
  readonly recoveredDueDates: number;
  readonly records: Readonly<Record<string, RecordCounts>>;
  readonly outcome: RunOutcome;
  /** The next period; absent when the sync plans none. Its run date may not be assigned yet. */
  readonly next?: { readonly dueDate: Instant; readonly runDate?: Instant };
}

/** `data` of a period's event; instants in ISO 8601 UTC, null where there is no value. */
export interface PeriodEventData {
  readonly sequence: number;
  readonly company: { readonly id: string; readonly name: string; readonly reference: string | null } & Pick<
    EventCompany,
    'tags'
  >;
  readonly connectionId: string;
  readonly syncId: string;
  readonly runId: string;
  readonly trigger: string;
  readonly period: { readonly start: string; readonly finish: string };
  readonly dueDate: string;
  readonly runDate: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly attempt: number;
  readonly isInitial: boolean;
  readonly recoveredDueDates: number;
  readonly records: Readonly<Record<string, RecordCounts>>;
  /** More changes are known than one run announces; the next run goes on with them. */
  readonly hasMore: boolean;
  readonly statusCode: number;
  readonly status: string;
  readonly next: { readonly dueDate: string; readonly runDate: string | null } | null;
  readonly errorMessage: string | null;
  readonly errorDetails: string | null;
}

/** What a message may spend on error texts, in characters: a body stays under 20 kB. */
const MESSAGE_LIMIT = 1_000;
const DETAILS_LIMIT = 4_000;

const cut = (text: string, limit: number): string => (text.length > limit ? `${text.slice(0, limit - 3)}...` : text);

/** Error texts at the length that a message may spend on them. */
export const shortened = ({ errorMessage, errorDetails }: ReturnType<typeof errorOf>) => ({
  errorMessage: errorMessage === null ? null : cut(errorMessage, MESSAGE_LIMIT),
  errorDetails: errorDetails === null ? null : cut(errorDetails, DETAILS_LIMIT),
});

/**
 * What a run's outcome tells people: one sentence, and every message joined by line feeds; null after a success.
 * A message is one line, so that splitting gives all of them back.
 */
export function errorOf(outcome: RunOutcome): { errorMessage: string | null; errorDetails: string | null } {
  if (outcome.kind === 'synced') return { errorMessage: null, errorDetails: null };
  if (outcome.kind === 'aborted') return { errorMessage: 'Sync aborted', errorDetails: null };
  const { message, details } = outcome.failure;
  const messages = details.length > 0 ? details : [message];
  return { errorMessage: oneLine(message), errorDetails: messages.map(oneLine).join('\n') };
}

function periodEventType({ outcome, isInitial }: PeriodFacts): SyncEventType {
  if (outcome.kind !== 'synced') return 'sync.period.failed';
  return isInitial ? 'sync.period.completed.initial' : 'sync.period.completed';
}

/** The one message of a settled period. */
export function eventOf(facts: PeriodFacts): SyncEvent<PeriodEventData> {
  return { type: periodEventType(facts), timestamp: toIso(facts.finishedAt), data: periodData(facts) };
}

function periodData(facts: PeriodFacts): PeriodEventData {
  const { sequence, company, connectionId, syncId, runId, trigger, period, attempt, isInitial } = facts;
  const { recoveredDueDates, records, outcome, next } = facts;
  return {
    sequence,
    connectionId,
    syncId,
    runId,
    trigger,
    attempt,
    isInitial,
    recoveredDueDates,
    records,
    company: { id: company.id, name: company.name, reference: company.reference ?? null, tags: company.tags },
    period: { start: toIso(period.start), finish: toIso(period.dueDate) },
    dueDate: toIso(period.dueDate),
    runDate: toIso(facts.runDate),
    startedAt: toIso(facts.startedAt),
    finishedAt: toIso(facts.finishedAt),
    hasMore: outcome.kind === 'synced' && outcome.hasMore === true,
    ...statusOf(outcome),
    next:
      next === undefined ? null : { dueDate: toIso(next.dueDate), runDate: next.runDate ? toIso(next.runDate) : null },
    ...shortened(errorOf(outcome)),
  };
}
