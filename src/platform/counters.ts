import { Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import { Metrics } from './metrics.js';

/** What this process has done since it started. */
@Injectable()
export class Counters {
  readonly runsStarted: Counter;
  readonly runsFinished: Counter<'outcome'>;
  readonly deliveryAttempts: Counter<'outcome'>;
  readonly periodsLate: Counter;

  constructor({ registry }: Metrics) {
    const registers = [registry];
    this.runsStarted = new Counter({
      name: 'meridian_runs_started_total',
      help: 'Runs this process has begun or taken over.',
      registers,
    });
    this.runsFinished = new Counter({
      name: 'meridian_runs_finished_total',
      help: 'Runs this process has settled, by outcome; retry: their period is tried again.',
      labelNames: ['outcome'],
      registers,
    });
    this.deliveryAttempts = new Counter({
      name: 'meridian_delivery_attempts_total',
      help: 'Webhook attempts of this process, by what became of the delivery; pending: it is tried again.',
      labelNames: ['outcome'],
      registers,
    });
    this.periodsLate = new Counter({
      name: 'meridian_periods_late_total',
      help: 'Periods this dispatcher has told as late: without success by their next due date.',
      registers,
    });
  }
}
