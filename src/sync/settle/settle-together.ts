import { Injectable } from '@nestjs/common';
import { Batches } from '../../platform/batches.js';
import { SettleRuns, type EndedRun } from './settle-runs.js';

/** Most runs settled in one transaction. */
const MOST_AT_ONCE = 500;

/**
 * Settles runs that end at about the same time in one transaction: a run that ends alone is settled at once, those
 * that end while others are being settled wait for that and go together. One that cannot be settled fails alone.
 */
@Injectable()
export class SettleTogether {
  private readonly batches: Batches<EndedRun, boolean>;

  constructor(settle: SettleRuns) {
    this.batches = new Batches(
      async (ended) => {
        const settled = new Set(await settle.execute(ended));
        return ended.map(({ token }) => settled.has(token));
      },
      { most: MOST_AT_ONCE, atATime: 2 },
    );
  }

  /** Whether it was settled; not where it was taken over in the meantime. Throws what hindered it. */
  settle(ended: EndedRun): Promise<boolean> {
    return this.batches.add(ended);
  }
}
