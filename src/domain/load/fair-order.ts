import { stableHash } from './stable-hash.js';

/** Something a client wants done. */
export interface Claim {
  readonly id: string;
  readonly clientId: string;
  readonly dueDate: number;
  /** Seconds of work. */
  readonly cost: number;
  readonly weight?: number;
}

/** One client's claims, in the order it gets them. */
interface Queue<T> {
  readonly clientId: string;
  readonly claims: readonly T[];
  readonly weight: number;
  /** Work by weight: when the client would be done if all took turns. */
  readonly finish: number;
  next: number;
}

/** The part of the work that goes to clients in turn, whatever their size. */
const TURNS = 1 / 20;

/**
 * The order in which claims are met, the same for any order of the input. Clients are served in the order in which they
 * would be done if all took turns by weight (the fair sojourn protocol of Friedman and Henderson, 2003): nobody is done
 * later than by turns, and a small client does not notice a large one. Clients of one size do take turns, and a
 * twentieth of the work is given out by turns among all, so that the largest need not wait for everybody to begin.
 */
export function fairOrder<T extends Claim>(claims: readonly T[]): readonly T[] {
  const queues = queuesOf(claims);
  // The largest first, as the others are about to be served anyway.
  const [byFinish, byTurn] = [inOrderOfFinish(queues), inTurn(queues.toReversed())];
  const ordered: T[] = [];
  let [work, workByTurn] = [0, 0];
  while (ordered.length < claims.length) {
    const turn = workByTurn < work * TURNS;
    const claim = nextOf(turn ? byTurn : byFinish);
    if (claim === undefined) break;
    work += claim.cost;
    if (turn) workByTurn += claim.cost;
    ordered.push(claim);
  }
  return ordered;
}

function queuesOf<T extends Claim>(claims: readonly T[]): Queue<T>[] {
  const byClient = Map.groupBy(claims, (claim) => claim.clientId);
  const queues = [...byClient].map(([clientId, own]) => {
    const weight = own.reduce((most, claim) => Math.max(most, claim.weight ?? 1), Number.MIN_VALUE);
    // In whole milliseconds, so that the sum does not depend on the order.
    const work = own.reduce((sum, claim) => sum + Math.ceil(claim.cost * 1_000), 0);
    return { clientId, claims: inQueueOrder(own), weight, finish: work / weight, next: 0 };
  });
  return queues.sort((a, b) => a.finish - b.finish || (a.clientId < b.clientId ? -1 : 1));
}

/** The oldest due date first; those of one due date in an order that says nothing about their age. */
function inQueueOrder<T extends Claim>(claims: readonly T[]): readonly T[] {
  return claims
    .map((claim) => ({ claim, hash: stableHash(claim.id) }))
    .sort((a, b) => a.claim.dueDate - b.claim.dueDate || a.hash - b.hash || (a.claim.id < b.claim.id ? -1 : 1))
    .map(({ claim }) => claim);
}

/** Client after client in the order of finish; those that tie take turns. */
function* inOrderOfFinish<T>(queues: readonly Queue<T>[]): Generator<Queue<T>> {
  for (let from = 0, upTo = 0; from < queues.length; from = upTo) {
    while (upTo < queues.length && queues[upTo]?.finish === queues[from]?.finish) upTo += 1;
    yield* inTurn(queues.slice(from, upTo));
  }
}

/** Round after round over the clients that want more, each as often in a round as it has weight. */
function* inTurn<T>(queues: readonly Queue<T>[]): Generator<Queue<T>> {
  let waiting = queues;
  while (waiting.length > 0) {
    for (const queue of waiting) {
      for (let turn = 0; turn < queue.weight; turn += 1) yield queue;
    }
    waiting = waiting.filter((queue) => queue.next < queue.claims.length);
  }
}

function nextOf<T>(queues: Generator<Queue<T>>): T | undefined {
  for (let drawn = queues.next(); drawn.done !== true; drawn = queues.next()) {
    const queue = drawn.value;
    const claim = queue.claims[queue.next];
    if (claim === undefined) continue;
    queue.next += 1;
    return claim;
  }
  return undefined;
}
