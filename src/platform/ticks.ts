import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { DatabaseUnavailable } from '../domain/database-unavailable.js';

/** One turn of a tick. `signal` aborts when the process shuts down. */
export type TickWork = (signal: AbortSignal) => Promise<void>;

interface Tick {
  readonly name: string;
  readonly milliseconds: number;
  readonly work: TickWork;
  running?: Promise<void>;
  /** Milliseconds of the monotonic clock. */
  lastDone: number;
  /** Milliseconds that the last turn took. */
  lastDuration: number;
}

/** How a tick keeps up; all in milliseconds. */
export interface TickAge {
  readonly name: string;
  /** From one turn to the next, as it should be. */
  readonly period: number;
  /** Since its last turn came to an end, or since the start. */
  readonly lag: number;
  /** Of its last turn. */
  readonly duration: number;
}

/** Age of a tick, in its own periods, from which it counts as stuck. */
const STUCK_AFTER_PERIODS = 10;
const STUCK_AFTER_AT_LEAST = 30_000;

/**
 * Work done again and again. A turn never begins while the one before is running, an error is logged and ends
 * only its turn, and a shutdown waits for the turns that are running.
 */
@Injectable()
export class Ticks implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Ticks');
  private readonly stopping = new AbortController();
  private readonly ticks: Tick[] = [];
  private isStarted = false;
  private isOutage = false;

  constructor(private readonly registry: SchedulerRegistry) {}

  /** Begins `work` every so many milliseconds, from the start of the application on. */
  every(name: string, milliseconds: number, work: TickWork): void {
    const tick = { name, milliseconds, work, lastDone: performance.now(), lastDuration: 0 };
    this.ticks.push(tick);
    if (this.isStarted) this.start(tick);
  }

  onApplicationBootstrap(): void {
    this.isStarted = true;
    for (const tick of this.ticks) this.start(tick);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    for (const { name } of this.ticks) {
      if (this.registry.doesExist('interval', name)) this.registry.deleteInterval(name);
    }
    await Promise.all(this.ticks.flatMap(({ running }) => (running ? [running] : [])));
  }

  ages(): readonly TickAge[] {
    const now = performance.now();
    return this.ticks.map(({ name, milliseconds, lastDone, lastDuration }) => ({
      name,
      period: milliseconds,
      lag: now - lastDone,
      duration: lastDuration,
    }));
  }

  /** Names of the ticks that have not come to an end for much longer than their period. */
  stuck(): readonly string[] {
    const now = performance.now();
    const patience = (tick: Tick) => Math.max(tick.milliseconds * STUCK_AFTER_PERIODS, STUCK_AFTER_AT_LEAST);
    return this.ticks.filter((tick) => now - tick.lastDone > patience(tick)).map(({ name }) => name);
  }

  private start(tick: Tick): void {
    this.registry.addInterval(
      tick.name,
      setInterval(() => this.turn(tick), tick.milliseconds),
    );
    this.turn(tick);
  }

  private turn(tick: Tick): void {
    if (tick.running || this.stopping.signal.aborted) return;
    const begun = performance.now();
    tick.running = this.run(tick).finally(() => {
      tick.running = undefined;
      tick.lastDone = performance.now();
      tick.lastDuration = tick.lastDone - begun;
    });
  }

  private async run({ name, work }: Tick): Promise<void> {
    try {
      await work(this.stopping.signal);
      this.outageOver();
    } catch (error) {
      this.report(name, error);
    }
  }

  /** An outage is said once, not by every tick of every second it lasts. */
  private report(name: string, error: unknown): void {
    if (this.stopping.signal.aborted) return;
    if (!(error instanceof DatabaseUnavailable)) {
      this.logger.error({ err: error, tick: name }, `Tick ${name} failed.`);
      return;
    }
    if (!this.isOutage) this.logger.warn(`The database cannot be reached (tick ${name}). Trying again.`);
    this.isOutage = true;
  }

  private outageOver(): void {
    if (this.isOutage) this.logger.log('The database is back.');
    this.isOutage = false;
  }
}
