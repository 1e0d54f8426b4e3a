import type { Instant } from '../time/instant.js';
import type { Taken } from './active-runs.js';
import { BACKFILL_SHARE, type Lane } from './lane.js';
import type { Limit } from './load-curve.js';

/** Why a run is wanted: somebody asked for it, its run date is reached, or it was asked for along with many. */
export type AdmissionKind = 'requested' | 'scheduled' | 'bulk';

/** A run that waits to be admitted. */
export interface Candidate {
  readonly id: string;
  readonly clientId: string;
  readonly kind: AdmissionKind;
  readonly lane: Lane;
  /** The client's share compared with others: a whole number from 1 on. */
  readonly weight: number;
  readonly limits: readonly Limit[];
  /** Its run date, or when it was asked for. */
  readonly since: Instant;
  /** When its client was last given a place, in milliseconds and parts of them; absent: never. */
  readonly lastTurn?: number;
}

/** What the live workers can take. */
export interface Pool {
  /** Runs they execute at the same time. */
  readonly concurrency: number;
  /** Runs that are executed or wait in the queue for it. */
  readonly places: number;
}

/** How the lanes share places while a round lasts. */
interface Bounds {
  readonly places: number;
  /** Of them, kept for backfills. */
  readonly kept: number;
  /** Most backfills. */
  readonly most: number;
}

/**
 * Which of the candidates get a place now, in that order. No limit is ever passed, nor the number of places. Each
 * place goes to the client that has the fewest for its weight, and among equals to the one whose last turn is longest
 * ago; of a client first what was asked for by hand, then by run date.
 *
 * Lanes: while backfills wait, a tenth of what the workers execute (at least one) is kept for them; while regular work
 * wants the room, they get half of it (at least one) and no more, else all that is executed but never the queue ahead
 * of it, which is left to regular work. A pool of one place keeps none: there whoever's turn it is takes it, so that
 * neither lane is shut out. Bulk gets what all others leave, and waits in no queue either.
 */
export function admit(candidates: readonly Candidate[], pool: Pool, taken: Taken): readonly Candidate[] {
  const admission = new Admission(taken);
  const bulk = candidates.filter(({ kind }) => kind === 'bulk');
  const others = candidates.filter(({ kind }) => kind !== 'bulk');
  for (const bounds of boundsOf(pool, pool.places)) admission.round(others, bounds);
  for (const bounds of boundsOf(pool, pool.concurrency)) admission.round(bulk, bounds);
  return admission.admitted;
}

/** Two rounds: shared first; then those that are left get what their lane is refused and the other cannot use. */
function boundsOf({ concurrency }: Pool, places: number): readonly Bounds[] {
  const kept = places > 1 ? Math.max(1, Math.ceil(concurrency * BACKFILL_SHARE.least)) : 0;
  const most = Math.max(1, Math.floor(concurrency * BACKFILL_SHARE.most));
  return [
    { places, kept, most },
    { places, kept: 0, most: concurrency },
  ];
}

interface ClientQueue {
  readonly clientId: string;
  readonly weight: number;
  readonly lastTurn: number;
  readonly since: number;
  readonly candidates: readonly Candidate[];
  next: number;
}

class Admission {
  readonly admitted: Candidate[] = [];
  private readonly done = new Set<Candidate>();
  private readonly lanes: Record<Lane, number>;
  private readonly clients: Map<string, number>;
  private readonly limits: Map<string, number>;

  constructor(taken: Taken) {
    this.lanes = { ...taken.lanes };
    this.clients = new Map(taken.clients);
    this.limits = new Map(taken.limits);
  }

  round(candidates: readonly Candidate[], bounds: Bounds): void {
    const left = candidates.filter((candidate) => !this.done.has(candidate));
    // Kept only for somebody: with no backfill waiting, regular work takes it all.
    const kept = left.some(({ lane }) => lane === 'backfill') ? bounds.kept : 0;
    for (let queues = queuesOf(left); queues.length > 0;) {
      const level = Math.min(...queues.map((queue) => this.levelOf(queue)));
      for (const queue of queues) this.serve(queue, level, { ...bounds, kept });
      queues = queues.filter((queue) => queue.next < queue.candidates.length);
    }
  }

  /** How often the client has had its turn among those that have places now. */
  private levelOf({ clientId, weight }: ClientQueue): number {
    return Math.floor((this.clients.get(clientId) ?? 0) / weight);
  }

  private serve(queue: ClientQueue, level: number, bounds: Bounds): void {
    while (this.levelOf(queue) === level) {
      const candidate = queue.candidates[queue.next];
      if (candidate === undefined) return;
      queue.next += 1;
      if (this.hasRoom(candidate.lane, bounds) && this.isWithin(candidate.limits)) this.take(candidate);
    }
  }

  private hasRoom(lane: Lane, { places, kept, most }: Bounds): boolean {
    const { regular, backfill } = this.lanes;
    if (lane === 'regular') return regular < places - Math.max(kept, backfill);
    return backfill < most && regular + backfill < places;
  }

  private isWithin(limits: readonly Limit[]): boolean {
    return limits.every(({ key, most }) => (this.limits.get(key) ?? 0) < most);
  }

  private take(candidate: Candidate): void {
    this.admitted.push(candidate);
    this.done.add(candidate);
    this.lanes[candidate.lane] += 1;
    this.clients.set(candidate.clientId, (this.clients.get(candidate.clientId) ?? 0) + 1);
    for (const { key } of candidate.limits) this.limits.set(key, (this.limits.get(key) ?? 0) + 1);
  }
}

/** One queue a client, the longest without a turn first. */
function queuesOf(candidates: readonly Candidate[]): ClientQueue[] {
  const byClient = Map.groupBy(candidates, ({ clientId }) => clientId);
  return [...byClient].map(([clientId, own]) => queueOf(clientId, own.toSorted(inClient))).toSorted(inTurn);
}

function queueOf(clientId: string, candidates: readonly Candidate[]): ClientQueue {
  const [first] = candidates;
  const { weight = 1, lastTurn = -Infinity, since = Infinity } = first ?? {};
  return { clientId, weight, lastTurn, since, candidates, next: 0 };
}

const inTurn = (a: ClientQueue, b: ClientQueue): number =>
  byNumber(a.lastTurn, b.lastTurn) || byNumber(a.since, b.since) || byText(a.clientId, b.clientId);

const inClient = (a: Candidate, b: Candidate): number =>
  Number(a.kind === 'scheduled') - Number(b.kind === 'scheduled') || a.since - b.since || byText(a.id, b.id);

/** Also of infinities, whose difference is no number. */
const byNumber = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
const byText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
