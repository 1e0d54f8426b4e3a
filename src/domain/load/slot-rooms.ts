/** Work to find room for, and the most of it that goes into one slot; the rest goes on in the next ones. */
export interface Work {
  readonly need: number;
  readonly part: number;
}

/** Slots by number, the first included, the last not. */
export interface Span {
  readonly from: number;
  readonly before: number;
}

/**
 * How much room is left in each slot, by its number from 0 on: a tree of maxima, so that the first slot with enough
 * room is found in logarithmic time among any number of full ones. Slots nobody has booked cost nothing.
 */
export class SlotRooms {
  /** `tree[1]` is the root, the children of n are 2n and 2n + 1, the leaves come last. */
  private tree: Float64Array;

  /** `size` leaves to begin with, a power of two; every slot past them is untouched. */
  constructor(
    readonly capacity: number,
    private size = 1_024,
  ) {
    this.tree = new Float64Array(2 * size).fill(capacity);
  }

  room(slot: number): number {
    return slot < this.size ? (this.tree[slot + this.size] ?? 0) : this.capacity;
  }

  /** Says how much room is left; less than none if need be. */
  set(slot: number, room: number): void {
    while (slot >= this.size) this.grow();
    let node = slot + this.size;
    this.tree[node] = room;
    for (node >>= 1; node >= 1; node >>= 1) {
      const largest = this.larger(node);
      if (this.tree[node] === largest) return;
      this.tree[node] = largest;
    }
  }

  /** The first slot in `[from, before)` from which on the work has room. A part is not more than the capacity. */
  firstFor(work: Work, from: number, before: number): number | undefined {
    for (let at = from; ;) {
      const slot = this.firstWithRoom(at, before, Math.min(work.need, work.part));
      if (slot === undefined || work.need <= work.part) return slot;
      const taken = this.firstTaken(work, slot);
      if (taken === undefined) return slot;
      at = taken + 1;
    }
  }

  hasRoomFor(work: Work, slot: number): boolean {
    return this.firstTaken(work, slot) === undefined;
  }

  /** The first slot in `[from, before)` with at least `need` room, which is not more than the capacity. */
  firstWithRoom(from: number, before: number, need: number): number | undefined {
    const found = from < this.size ? this.search(from, need) : from;
    return found < before ? found : undefined;
  }

  /** The last slot in `[from, before)` with at least `need` room, which is not more than the capacity. */
  lastWithRoom(from: number, before: number, need: number): number | undefined {
    const found = before > this.size ? before - 1 : this.searchBack(before - 1, need);
    return found >= from ? found : undefined;
  }

  /** The first of the slots in `[from, before)` that have the most room. */
  withMostRoom(from: number, before: number): number {
    let most = before > this.size ? this.capacity : -Infinity;
    let [left, right] = [from + this.size, Math.min(before, this.size) + this.size];
    for (; left < right; left >>= 1, right >>= 1) {
      if (left % 2 === 1) most = Math.max(most, this.tree[left++] ?? 0);
      if (right % 2 === 1) most = Math.max(most, this.tree[--right] ?? 0);
    }
    return this.firstWithRoom(from, before, most) ?? from;
  }

  /** The first of the slots that the work would occupy from `slot` on which does not have the room. */
  private firstTaken({ need, part }: Work, slot: number): number | undefined {
    for (let rest = need, at = slot; rest > 0; rest -= part, at += 1) {
      if (this.room(at) < Math.min(rest, part)) return at;
    }
    return undefined;
  }

  private search(from: number, need: number): number {
    let node = from + this.size;
    while ((this.tree[node] ?? 0) < need) {
      // Up to the nearest ancestor that is a left child, then to its right-hand neighbour.
      while (node % 2 === 1) node >>= 1;
      if (node === 0) return this.size;
      node += 1;
    }
    while (node < this.size) node = (this.tree[2 * node] ?? 0) >= need ? 2 * node : 2 * node + 1;
    return node - this.size;
  }

  private searchBack(from: number, need: number): number {
    let node = from + this.size;
    while ((this.tree[node] ?? 0) < need) {
      // Up to the nearest ancestor that is a right child, then to its left-hand neighbour.
      while (node % 2 === 0) node >>= 1;
      if (node === 1) return -1;
      node -= 1;
    }
    while (node < this.size) node = (this.tree[2 * node + 1] ?? 0) >= need ? 2 * node + 1 : 2 * node;
    return node - this.size;
  }

  private grow(): void {
    const leaves = this.tree.subarray(this.size);
    this.size *= 2;
    this.tree = new Float64Array(2 * this.size).fill(this.capacity);
    this.tree.set(leaves, this.size);
    for (let node = this.size - 1; node >= 1; node -= 1) this.tree[node] = this.larger(node);
  }

  private larger(node: number): number {
    return Math.max(this.tree[2 * node] ?? 0, this.tree[2 * node + 1] ?? 0);
  }
}

/** Rooms, and the work that is to find its place in them. */
interface WorkIn {
  readonly rooms: SlotRooms;
  readonly work: Work;
}

/** The first slot in which all have room: each in turn takes up the search where the one before has found some. */
export function firstForAll(all: readonly WorkIn[], { from, before }: Span): number | undefined {
  let [at, agreed] = [from, 0];
  while (agreed < all.length) {
    for (const { rooms, work } of all) {
      const next = rooms.firstFor(work, at, before);
      if (next === undefined) return undefined;
      agreed = next === at ? agreed + 1 : 1;
      at = next;
    }
  }
  return at;
}
