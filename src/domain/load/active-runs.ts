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
  const full: Record<LimitKind, Set<string>> = { client: new Set(), connection: new Set(), source: new Set() };
  for (const runs of active) {
    const { clientId: client, connectionId: connection, sourceHost: source = '' } = runs;
    for (const { key, kind, most } of limitsOf(runs, sources))
      if ((taken.limits.get(key) ?? 0) >= most) full[kind].add({ client, connection, source }[kind]);
  }
  return { clients: [...full.client], connections: [...full.connection], hosts: [...full.source] };
}

const keysOf = ({ clientId, connectionId, sourceHost }: RunPlace): readonly string[] => [
  limitKey('client', clientId),
  limitKey('connection', connectionId),
  ...(sourceHost === undefined ? [] : [limitKey('source', sourceHost)]),
];
