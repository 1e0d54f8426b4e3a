import { Injectable, Logger } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { toIso } from '../../domain/time/instant.js';
import { Metrics } from '../../platform/metrics.js';
import type { Stalled, StalledKind } from '../../ports/stalled.js';

const WORDS: Readonly<Record<StalledKind, string>> = {
  no_open_period: 'is on and had nothing planned; it has been planned again',
  period_without_run: 'was in the hands of a run that is over or gone; it will run again',
  not_assigned: 'is due and has no run date: no dispatcher assigns',
  not_admitted: 'waits although the pool has room: no dispatcher admits',
  run_without_job: 'has begun and no job stands for it',
  handler_past_deadline: 'awaits a handler whose time is up: nobody settles it',
};

/** Tells what stands still: in the log once, with its ids, and as a number for as long as it lasts. */
@Injectable()
export class StalledReport {
  private readonly logger = new Logger('stalled');
  private readonly told = new Map<StalledKind, ReadonlySet<string>>();
  private readonly found: Gauge<'kind'>;
  private readonly repaired: Counter<'kind'>;

  constructor({ registry }: Metrics) {
    this.found = new Gauge({
      name: 'meridian_stalled',
      help: 'What stood still when this dispatcher looked last, by kind; a hundred at most.',
      labelNames: ['kind'],
      registers: [registry],
    });
    this.repaired = new Counter({
      name: 'meridian_stalled_repaired_total',
      help: 'What stood still and this dispatcher has set going again, by kind.',
      labelNames: ['kind'],
      registers: [registry],
    });
  }

  /** Everything of a kind that a look has found. */
  stalled(kind: StalledKind, all: readonly Stalled[]): void {
    const before = this.told.get(kind);
    for (const one of all) if (before?.has(one.id) !== true) this.tell(one);
    this.told.set(kind, new Set(all.map(({ id }) => id)));
    this.found.set({ kind }, all.length);
  }

  /** What has been set going again at once. */
  setGoing(kind: StalledKind, all: readonly Stalled[]): void {
    for (const one of all) this.tell(one);
    this.found.set({ kind }, all.length);
    this.repaired.inc({ kind }, all.length);
  }

  private tell({ kind, clientId, syncId, id, since }: Stalled): void {
    const of = id === syncId ? '' : ` of ${syncId}`;
    this.logger.warn({ stalled: kind, clientId, syncId, id }, `${id}${of} ${WORDS[kind]} (since ${toIso(since)}).`);
  }
}
