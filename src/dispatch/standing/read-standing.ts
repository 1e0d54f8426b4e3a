import { Injectable } from '@nestjs/common';
import { DatabaseUnavailable } from '../../domain/database-unavailable.js';
import { SLOT_LENGTH, slotCapacity, WORKER_ALIVE } from '../../domain/load/planning.js';
import { HOUR, SECOND, instantOf, plus, type Instant } from '../../domain/time/instant.js';
import { startStopwatch } from '../../platform/stopwatch.js';
import { Clock } from '../../ports/clock.js';
import { Database } from '../../ports/database.js';
import type { LiveProcesses, Standing } from '../../ports/gauges.js';

/** What a scrape shows of the installation. */
export interface Snapshot {
  readonly now: Instant;
  readonly standing: Standing;
  readonly processes: readonly LiveProcesses[];
  /** Seconds of work that a slot is planned to hold, and those booked in the next ones, the present one first. */
  readonly capacity: number;
  readonly booked: readonly number[];
  readonly databaseTimeZoneData: string | undefined;
}

/** Scrapes within this time see the same: one every second costs no more than one every five. */
const KEPT = 5 * SECOND;
/** Longer than a busy database takes, shorter than a scrape waits. */
const PATIENCE = 2 * SECOND;
const SLOTS = 5;

/** Reads what gauges show of the whole installation, at most once every five seconds for each process. */
@Injectable()
export class ReadStanding {
  private latest?: { readonly age: () => number; readonly snapshot: Promise<Snapshot | undefined> };
  private databaseTimeZoneData?: { readonly age: () => number; readonly version: string | undefined };

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Undefined where the database does not answer in time: a scrape without these gauges says so best. */
  async read(): Promise<Snapshot | undefined> {
    if (this.latest === undefined || this.latest.age() > KEPT) {
      this.latest = { age: startStopwatch(), snapshot: this.load().catch(unlessUnavailable) };
    }
    const late = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => late.resolve(undefined), PATIENCE);
    try {
      return await Promise.race([this.latest.snapshot, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async load(): Promise<Snapshot> {
    const now = await this.clock.now();
    const seenSince = plus(now, -WORKER_ALIVE);
    return this.database.asDispatcher(async ({ gauges }) => {
      const standing = await gauges.standing(now, seenSince);
      const capacity = slotCapacity(standing.concurrency);
      const from = instantOf(now - (now % SLOT_LENGTH));
      if (this.databaseTimeZoneData === undefined || this.databaseTimeZoneData.age() > HOUR) {
        this.databaseTimeZoneData = { age: startStopwatch(), version: await gauges.databaseTimeZoneData() };
      }
      return {
        now,
        standing,
        capacity,
        processes: await gauges.processes(seenSince),
        booked: await gauges.slots({ from, slotLength: SLOT_LENGTH, capacity, count: SLOTS }),
        databaseTimeZoneData: this.databaseTimeZoneData.version,
      };
    });
  }
}

function unlessUnavailable(error: unknown): undefined {
  if (!(error instanceof DatabaseUnavailable)) throw error;
}
