/** Where a zone's clocks were moved: from this instant on, `after` replaces `before` (ms east of UTC). */
export interface Transition {
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

/** A stretch of time with the offset at its beginning and the transitions inside it. */
interface Stretch {
  readonly offset: number;
  readonly transitions: readonly Transition[];
}

const SECOND = 1_000;
const DAY = 86_400_000;
/** Longer than any offset, so that wall time less this lies before every instant it can stand for. */
const REACH = DAY;
// The closest two transitions of any zone after 1969 lie 6.9 days apart: two samples enclose one at most.
const SAMPLE = 4 * DAY;
const STRETCH = 384 * DAY;

/**
 * The offsets of one zone, learnt from `offsetAt` (ms of an instant to ms east of UTC) and remembered.
 * Asking the platform takes microseconds, so it is asked about 100 times a stretch of 384 days, not per answer.
 */
export class ZoneOffsets {
  private readonly stretches = new Map<number, Stretch>();

  constructor(private readonly offsetAt: (at: number) => number) {}

  /** The offset at an instant, in ms east of UTC. */
  at(at: number): number {
    const { offset, transitions } = this.stretch(Math.floor(at / STRETCH));
    let found = offset;
    for (const transition of transitions) if (transition.at <= at) found = transition.after;
    return found;
  }

  /** When the clocks were last moved after one instant and not after another; undefined where they were not. */
  movedWithin(after: number, upTo: number): number | undefined {
    const stretches = [this.stretch(Math.floor(after / STRETCH)), this.stretch(Math.floor(upTo / STRETCH))];
    const within = stretches.flatMap(({ transitions }) => transitions.filter(({ at }) => at > after && at <= upTo));
    return within.at(-1)?.at;
  }

  /** The instants with this wall time, earliest first: one, none in a gap, two where it repeats. */
  instantsOf(wallTime: number): readonly number[] {
    const { offset, transitions } = this.around(wallTime);
    const found: number[] = [];
    let [from, current] = [-Infinity, offset];
    for (const { at, after } of transitions) {
      if (wallTime - current >= from && wallTime - current < at) found.push(wallTime - current);
      [from, current] = [at, after];
    }
    if (wallTime - current >= from) found.push(wallTime - current);
    return found;
  }

  /** The one instant a wall time stands for: in a gap shifted forward by its length, where it repeats the earlier. */
  resolve(wallTime: number): number {
    const plain = this.plainOffset(wallTime);
    if (plain !== undefined) return wallTime - plain;
    const [first] = this.instantsOf(wallTime);
    if (first !== undefined) return first;
    const { offset, transitions } = this.around(wallTime);
    const gap = transitions.find(({ at, before, after }) => wallTime >= at + before && wallTime < at + after);
    return wallTime - (gap?.before ?? offset);
  }

  /** The offset of a wall time with no transition near, which nearly every one is; undefined for others. */
  private plainOffset(wallTime: number): number | undefined {
    const [from, upTo] = [wallTime - REACH, wallTime + REACH];
    const index = Math.floor(from / STRETCH);
    if (upTo >= (index + 1) * STRETCH) return undefined;
    const { offset, transitions } = this.stretch(index);
    let found = offset;
    for (const { at, after } of transitions) {
      if (at > upTo) break;
      if (at > from) return undefined;
      found = after;
    }
    return found;
  }

  /** The offset well before a wall time and the transitions close enough to matter to it. */
  private around(wallTime: number): Stretch {
    const [from, upTo] = [wallTime - REACH, wallTime + REACH];
    const first = this.stretch(Math.floor(from / STRETCH));
    const last = this.stretch(Math.floor(upTo / STRETCH));
    const transitions = first === last ? first.transitions : [...first.transitions, ...last.transitions];
    let offset = first.offset;
    const near: Transition[] = [];
    for (const transition of transitions) {
      if (transition.at <= from) offset = transition.after;
      else if (transition.at <= upTo) near.push(transition);
    }
    return { offset, transitions: near };
  }

  private stretch(index: number): Stretch {
    const known = this.stretches.get(index);
    if (known !== undefined) return known;
    const learnt = this.learn(index * STRETCH);
    this.stretches.set(index, learnt);
    return learnt;
  }

  private learn(from: number): Stretch {
    const offset = this.offsetAt(from);
    const transitions: Transition[] = [];
    let before = offset;
    for (let start = from; start < from + STRETCH; start += SAMPLE) {
      const after = this.offsetAt(start + SAMPLE);
      if (after !== before) transitions.push({ at: this.search(start, before), before, after });
      before = after;
    }
    return { offset, transitions };
  }

  /** The second at which the offset stops being `before`, within one sample after `start`. */
  private search(start: number, before: number): number {
    let [low, high] = [start, start + SAMPLE];
    while (high - low > SECOND) {
      const middle = low + Math.floor((high - low) / 2 / SECOND) * SECOND;
      if (this.offsetAt(middle) === before) low = middle;
      else high = middle;
    }
    return high;
  }
}
