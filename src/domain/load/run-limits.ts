import type { Limit, LimitKind } from './load-curve.js';

/** Whose runs count together: those of a client, over a connection, and at the host of a source. */
export interface RunPlace {
  readonly clientId: string;
  /** Most runs of the client at the same time; absent: any number. */
  readonly clientMost?: number;
  readonly connectionId: string;
  readonly connectionMost?: number;
  /** Absent where the runs ask no host that is known. */
  readonly sourceHost?: string;
}

/** Most runs at the same time at one host. */
export interface SourceLimits {
  /** At any host that is not named below; absent: any number. */
  readonly most?: number;
  /** By the name of the host, as a URL writes it. */
  readonly exceptions: ReadonlyMap<string, number>;
}

/** What the runs of a limit are counted by. */
export const limitKey = (kind: LimitKind, id: string): Limit['key'] => `${kind} ${id}`;

/** The limits that a run at this place comes under. */
export function limitsOf(place: RunPlace, sources: SourceLimits): readonly Limit[] {
  const { clientId, clientMost, connectionId, connectionMost, sourceHost } = place;
  const sourceMost = sourceHost === undefined ? undefined : mostAt(sourceHost, sources);
  return [
    ...limit('client', clientId, clientMost),
    ...limit('connection', connectionId, connectionMost),
    ...(sourceHost === undefined ? [] : limit('source', sourceHost, sourceMost)),
  ];
}

const mostAt = (host: string, { most, exceptions }: SourceLimits): number | undefined => exceptions.get(host) ?? most;

const limit = (kind: LimitKind, id: string, most: number | undefined): readonly Limit[] =>
  most === undefined ? [] : [{ key: limitKey(kind, id), kind, most }];
