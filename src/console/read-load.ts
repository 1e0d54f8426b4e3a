import { Injectable } from '@nestjs/common';
import { plannedCapacity, WORKER_ALIVE } from '../domain/load/planning.js';
import { MINUTE, instantOf, plus, type Instant } from '../domain/time/instant.js';
import { Database } from '../ports/database.js';
import type { LoadWindow } from '../ports/load.js';
import { capacities } from './capacities.js';
import { loadSlots, type LoadSlot } from './load-slots.js';

/** Reads what was planned, begun and ended per slot, beside what the workers can do. */
@Injectable()
export class ReadLoad {
  constructor(private readonly database: Database) {}

  async read(window: LoadWindow, now: Instant): Promise<readonly LoadSlot[]> {
    const thisMinute = instantOf(Math.floor(now / MINUTE) * MINUTE);
    return this.database.asOperator(async ({ load }) => {
      const counts = await load.counts(window);
      const noted = await load.workerSeconds(window, thisMinute);
      const concurrency = await load.concurrency(plus(now, -WORKER_ALIVE));
      const capacity = capacities({ window, noted, thisMinute, expected: plannedCapacity(concurrency, MINUTE) });
      return loadSlots(window, counts, { now, capacity });
    });
  }
}
