import { Injectable, Logger } from '@nestjs/common';
import { laneCapacity } from '../../domain/load/lane.js';
import type { LoadCurve } from '../../domain/load/load-curve.js';
import { moveRunDates } from '../../domain/load/move-run-dates.js';
import { SLOT_LENGTH, WORKERS_REMEMBERED, WORKER_ALIVE, slotCapacity } from '../../domain/load/planning.js';
import { limitsOf } from '../../domain/load/run-limits.js';
import { SECOND, plus, type Instant } from '../../domain/time/instant.js';
import { Config } from '../../platform/config.js';
import { Ticks } from '../../platform/ticks.js';
import { Clock } from '../../ports/clock.js';
import { Database } from '../../ports/database.js';
import type { DispatchStore } from '../../ports/dispatch.js';

/** Moves run dates out of slots that hold less than they have been given, once workers are gone for good. */
@Injectable()
export class MoveRunDates {
  private readonly logger = new Logger('run-dates');

  constructor(
    private readonly config: Config,
    ticks: Ticks,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    if (config.roles.has('dispatcher')) ticks.every('move-run-dates', 10 * SECOND, () => this.tick());
  }

  /**
   * Looks whether there are fewer workers than run dates were last planned for, whichever dispatcher that was. Those of a
   * minute ago count, as they may only start again; with none at all nothing can be planned anew, so everything stays. So
   * it does in the first minute after there was none: the others may be about to start.
   */
  async tick(): Promise<void> {
    const now = await this.clock.now();
    await this.database.asDispatcher(async ({ dispatch }) => {
      if (!(await dispatch.lead())) return;
      const concurrency = await dispatch.concurrency(plus(now, -WORKER_ALIVE), plus(now, -WORKERS_REMEMBERED));
      const settled = await dispatch.concurrencyAt(plus(now, -WORKERS_REMEMBERED));
      if (concurrency === 0 || settled === 0) return;
      const before = await dispatch.plannedFor();
      if (before !== undefined && concurrency < before) await this.move(dispatch, { before, concurrency, now });
      // In the same transaction: a tick that failed is repeated.
      if (concurrency !== before) await dispatch.planFor(concurrency, now);
    });
  }

  private async move(dispatch: DispatchStore, { before, concurrency, now }: MoveStep): Promise<void> {
    const { sourceLimits: sources } = this.config;
    const slot = { slotLength: SLOT_LENGTH, capacity: slotCapacity(concurrency) };
    const load = { ...slot, booked: await dispatch.booked(plus(now, -SLOT_LENGTH), { ...slot, sources }) };
    const assigned = await dispatch.assignedIn(overfullSlots(load, now), SLOT_LENGTH);
    const quiet = await dispatch.quietHours();
    const planned = assigned.map((period) => {
      const quietHours = quiet.get(period.clientId);
      return Object.assign({ limits: limitsOf(period, sources), quietHours }, period);
    });
    const clients = new Map(planned.map(({ id, clientId }) => [id, clientId]));
    const moves = moveRunDates(planned, load, now);
    await dispatch.move(moves.map((move) => Object.assign({ clientId: clients.get(move.id) ?? '' }, move)));
    const text = `${moves.length} run dates moved, as workers for ${before} runs have become ${concurrency}.`;
    if (moves.length > 0) this.logger.warn(text);
  }
}

interface MoveStep {
  readonly before: number;
  readonly concurrency: number;
  readonly now: Instant;
}

/** Starts of the slots to come that have been given more than they hold, in all or of backfills. */
function overfullSlots({ booked, capacity, slotLength }: LoadCurve, now: Instant): readonly number[] {
  const all = new Map<number, number>();
  const backfills = new Map<number, number>();
  for (const booking of booked) {
    if (!('lane' in booking) || booking.slot <= now - (now % slotLength)) continue;
    all.set(booking.slot, (all.get(booking.slot) ?? 0) + booking.seconds);
    if (booking.lane === 'backfill') backfills.set(booking.slot, booking.seconds);
  }
  const most = laneCapacity('backfill', capacity);
  return [...all].flatMap(([slot, seconds]) => (seconds > capacity || (backfills.get(slot) ?? 0) > most ? [slot] : []));
}
