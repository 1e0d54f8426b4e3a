import { DatabaseUnavailable } from '../domain/database-unavailable.js';

interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

export interface BatchOptions {
  /** Most items that are worked on together. */
  readonly most: number;
  /** Batches that are worked on at the same time. */
  readonly atATime: number;
}

/**
 * Does together what is asked for in one turn of the event loop, and while the work before is under way. An item that
 * comes alone does not wait. A batch that fails is halved until those are found that make it fail, which are the only
 * ones to fail; while the database is away nothing is tried again.
 */
export class Batches<T, R> {
  private readonly waiting: Waiting<T, R>[] = [];
  private underWay = 0;
  private isCalled = false;

  constructor(
    /** Answers a result for each item, in their order. All or nothing: where it throws, none of it was done. */
    private readonly work: (items: readonly T[]) => Promise<readonly R[]>,
    private readonly options: BatchOptions,
  ) {}

  add(item: T): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.call();
    });
  }

  /** Begins when all that happens at this moment has come in. */
  private call(): void {
    if (this.isCalled || this.underWay === this.options.atATime) return;
    this.isCalled = true;
    setImmediate(() => {
      this.isCalled = false;
      void this.begin();
    });
  }

  private async begin(): Promise<void> {
    const batch = this.waiting.splice(0, this.options.most);
    if (batch.length === 0) return;
    this.underWay += 1;
    if (this.waiting.length > 0) this.call();
    await this.settle(batch);
    this.underWay -= 1;
    if (this.waiting.length > 0) this.call();
  }

  private async settle(batch: readonly Waiting<T, R>[]): Promise<void> {
    try {
      const results = await this.work(batch.map(({ item }) => item));
      // As many as there are items.
      batch.forEach(({ resolve }, index) => resolve(results[index] as R));
    } catch (error) {
      if (batch.length === 1 || error instanceof DatabaseUnavailable) {
        for (const { reject } of batch) reject(error);
        return;
      }
      const half = batch.length >> 1;
      await this.settle(batch.slice(0, half));
      await this.settle(batch.slice(half));
    }
  }
}
