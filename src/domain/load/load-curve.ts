import type { Lane } from './lane.js';

/** Whose limit it is. */
export type LimitKind = 'client' | 'connection' | 'source';

/** Runs that may be under way at the same time: of a client, over a connection, or at the host of a source. */
export interface Limit {
  /** Unique over all kinds. */
  readonly key: string;
  readonly kind: LimitKind;
  readonly most: number;
}

/**
 * Work that a slot has been given, in seconds. `slot` is the instant it starts: a multiple of the slot length. Work is
 * told once by its lane, in parts of at most `mostInSlot` a slot, and once for each limit it comes under, in parts of
 * at most the slot length, as one run takes no more than one place.
 */
export type Booking =
  | { readonly slot: number; readonly seconds: number; readonly lane: Lane }
  | { readonly slot: number; readonly seconds: number; readonly limit: Limit['key'] };

/** What the machines can do, and what they have been given already. */
export interface LoadCurve {
  /** Milliseconds. */
  readonly slotLength: number;
  /** Seconds of work one slot holds. */
  readonly capacity: number;
  readonly booked: readonly Booking[];
}
