import type { Lane } from './lane.js';
import type { Limit, LimitKind } from './load-curve.js';
import { limitKey, limitsOf, type RunPlace, type SourceLimits } from './run-limits.js';

/** Runs that were admitted and have not ended, of one place and lane. */
export interface ActiveRuns extends RunPlace {
  readonly lane: Lane;
  /** False while the client's own code has them: they take no place of the pool, but count for the limits. */
  readonly inPool: boolean;
  readonly count: number;
}

/** What is taken of the pool, and of each limit. */
export interface Taken {
  /** Places by lane. */
  readonly lanes: Readonly<Record<Lane, number>>;
  /** Places by client. */
  readonly clients: ReadonlyMap<string, number>;
  /** Runs by the key of a limit, whether there is one or not. */
  readonly limits: ReadonlyMap<Limit['key'], number>;
}

/** Those that may have no further run at present. */
export interface FullLimits {
  readonly clients: readonly string[];
  readonly connections: readonly string[];
  readonly hosts: readonly string[];
}

/** Adds up the active runs. */
export function takenBy(active: readonly ActiveRuns[]): Taken {
  const lanes: Record<Lane, number> = { regular: 0, backfill: 0 };
  const clients = new Map<string, number>();
  const limits = new Map<string, number>();
  for (const runs of active) {
    for (const key of keysOf(runs)) limits.set(key, (limits.get(key) ?? 0) + runs.count);
    if (!runs.inPool) continue;
    lanes[runs.lane] += runs.count;
    clients.set(runs.clientId, (clients.get(runs.clientId) ?? 0) + runs.count);
  }
  return { lanes, clients, limits };
}

/** Which limits are reached: found among the active runs, as every limit allows at least one. */
export function fullLimits(active: readonly ActiveRuns[], taken: Taken, sources: SourceLimits): FullLimits {
  const isFull = (runs: ActiveRuns, kind: LimitKind) =>
    limitsOf(runs, sources).some((limit) => limit.kind === kind && (taken.limits.get(limit.key) ?? 0) >= limit.most);
  return {
    clients: distinct(active.filter((runs) => isFull(runs, 'client')).map(({ clientId }) => clientId)),
    connections: distinct(active.filter((runs) => isFull(runs, 'connection')).map(({ connectionId }) => connectionId)),
    hosts: distinct(active.filter((runs) => isFull(runs, 'source')).flatMap(({ sourceHost }) => sourceHost ?? [])),
  };
}

const keysOf = ({ clientId, connectionId, sourceHost }: RunPlace): readonly string[] => [
  limitKey('client', clientId),
  limitKey('connection', connectionId),
  ...(sourceHost === undefined ? [] : [limitKey('source', sourceHost)]),
];

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)];
