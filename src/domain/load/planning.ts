import { MINUTE, SECOND } from '../time/instant.js';
import { laneCapacity, type Lane } from './lane.js';

/** How far ahead run dates are assigned: late enough to know the load, early enough to be shown. */
export const HORIZON = 10 * MINUTE;
export const SLOT_LENGTH = MINUTE;
/** Milliseconds without a heartbeat after which a worker takes nothing, and a process has no say. Heartbeats come every two seconds. */
export const WORKER_ALIVE = 15 * SECOND;
/** Plans are made for as many workers as there were this long ago: one that starts again is not missed meanwhile. */
export const WORKERS_REMEMBERED = MINUTE;
/** Part of the pool that planning fills; the rest is room for retries and runs that take longer than expected. */
const PLANNED_SHARE = 0.8;
/**
 * Most periods that are planned together. Fairness holds among those: by 10,000 at a time, of a million due at one
 * midnight, the smallest clients waited ten times as long.
 */
export const PLANNED_TOGETHER = 250_000;

/** Seconds of planned work that a pool takes in a slot of so many milliseconds. */
export const plannedCapacity = (concurrency: number, slotLength: number = SLOT_LENGTH): number =>
  concurrency * (slotLength / SECOND) * PLANNED_SHARE;

/** The same, where without a live worker it is that of one: plans are made before the workers are. */
export const slotCapacity = (concurrency: number): number => plannedCapacity(Math.max(1, concurrency));

/**
 * The most of one period's work that goes into a slot, in the unit of the capacity: what the lane may have, and no more
 * than the slot is long, as one run takes one place. The rest goes on in the next slots.
 */
export const mostInSlot = (lane: Lane, { capacity, slotLength }: { capacity: number; slotLength: number }): number =>
  Math.min(laneCapacity(lane, capacity), slotLength);
