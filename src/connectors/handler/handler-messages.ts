import { toIso, type Instant } from '../../domain/time/instant.js';
import type { RunRange } from '../../ports/runs.js';
import type { Assignment, HandedRun } from '../../ports/delegating-connector.js';

/** A message to a handler, before it is signed. */
export interface HandlerMessage {
  readonly type: 'sync.run.start' | 'sync.run.abort' | 'handler.test';
  readonly data: Readonly<Record<string, unknown>>;
}

/** Room for the message in bytes: as for every webhook. */
const MOST_BYTES = 20_479;

/** The bytes of a message. Above the limit it goes without what can be asked for, variables first. */
export function bodyOf({ type, data }: HandlerMessage, now: Instant): string {
  const written = (members: HandlerMessage['data']) => JSON.stringify({ type, timestamp: toIso(now), data: members });
  const whole = written(data);
  if (isSmall(whole)) return whole;
  const withoutVariables = { ...data, variables: null };
  const shorter = written(withoutVariables);
  return isSmall(shorter) ? shorter : written({ ...withoutVariables, progress: null });
}

const isSmall = (body: string): boolean => Buffer.byteLength(body) <= MOST_BYTES;

export const testMessage = (connectionId: string): HandlerMessage => ({ type: 'handler.test', data: { connectionId } });

export const abortMessage = (handed: HandedRun): HandlerMessage => ({ type: 'sync.run.abort', data: idsOf(handed) });

export function startMessage(assignment: Assignment): HandlerMessage {
  const { company, trigger, attempt, mode, models, force } = assignment;
  return {
    type: 'sync.run.start',
    data: {
      ...idsOf(assignment),
      company: { id: company.id, name: company.name, reference: company.reference ?? null, tags: company.tags },
      trigger,
      attempt,
      range: rangeOf(assignment.range),
      readRange: assignment.readRange ? rangeOf(assignment.readRange) : null,
      mode,
      models,
      filter: filterOf(assignment.filter),
      force,
      checkpoint: assignment.checkpoint ?? null,
      progress: countsOf(assignment.progress),
      variables: assignment.connection.variables,
      deadline: toIso(assignment.deadline),
    },
  };
}

const idsOf = ({ runId, token, syncId, connection }: HandedRun) => ({
  runId,
  token,
  syncId,
  connectionId: connection.connectionId,
});

const rangeOf = ({ start, finish }: RunRange) => ({
  start: start === undefined ? null : toIso(start),
  finish: toIso(finish),
});

/** In the words of the API. */
const filterOf = ({ since, last }: Assignment['filter']) => ({
  syncSince: since ? toIso(since.at) : null,
  syncSinceBy: since?.by ?? null,
  syncLast: last?.count ?? null,
  syncLastBy: last?.by ?? null,
});

const countsOf = (progress: Assignment['progress']) =>
  Object.fromEntries(
    Object.entries(progress).map(([model, { fetched, created, updated, skipped, deleted }]) => [
      model,
      { fetched, created, updated, skipped, deleted },
    ]),
  );
