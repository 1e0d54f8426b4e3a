/**
 * How much room is left in each slot, by its number from 0 on: a tree of maxima, so that the first slot with enough
 * room is found in logarithmic time among any number of full ones. Slots nobody has booked cost nothing.
 */
export class SlotRooms {
  /** Leaves in the tree, a power of two; every slot past them is untouched. */
  private size = 1_024;
  /** `tree[1]` is the root, the children of n are 2n and 2n + 1, the leaves come last. */
  private tree: Float64Array;

  constructor(readonly capacity: number) {
    this.tree = new Float64Array(2 * this.size).fill(capacity);
  }

  room(slot: number): number {
    return slot < this.size ? (this.tree[slot + this.size] ?? 0) : this.capacity;
  }

  /** Takes room, more than there is if need be. */
  take(slot: number, amount: number): void {
    while (slot >= this.size) this.grow();
    let node = slot + this.size;
    this.tree[node] = (this.tree[node] ?? 0) - amount;
    for (node >>= 1; node >= 1; node >>= 1) {
      const largest = this.larger(node);
      if (this.tree[node] === largest) return;
      this.tree[node] = largest;
    }
  }

  /** The first slot in `[from, before)` with at least `need` room, which is not more than the capacity. */
  firstWithRoom(from: number, before: number, need: number): number | undefined {
    const found = from < this.size ? this.search(from, need) : from;
    return found < before ? found : undefined;
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
