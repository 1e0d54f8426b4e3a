import { Bell } from '../../platform/bell.js';

/**
 * Writes together what comes in within a short time, and while the write before is under way: one write at a time.
 * After one has failed, so do all that follow.
 */
export class GroupCommit<T> {
  private readonly bell = new Bell();
  private waiting: T[] = [];
  private next: Promise<void> | undefined;
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly write: (items: readonly T[]) => Promise<void>,
    /** Milliseconds that the first item waits for others. */
    private readonly gather: number,
  ) {}

  /** Resolves when the item is written. */
  add(item: T): Promise<void> {
    this.waiting.push(item);
    if (!this.next) {
      this.next = this.last.then(() => this.flush());
      this.last = this.next;
    }
    return this.next;
  }

  /** Nothing more will come soon. */
  hurry(): void {
    this.bell.ring();
  }

  private async flush(): Promise<void> {
    await this.bell.wait(this.gather);
    const items = this.waiting;
    this.waiting = [];
    this.next = undefined;
    await this.write(items);
  }
}
