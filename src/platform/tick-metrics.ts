import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { Metrics } from './metrics.js';
import { Ticks, type TickAge } from './ticks.js';

/** How the ticks of this process keep up. */
@Injectable()
export class TickMetrics {
  constructor({ registry }: Metrics, ticks: Ticks) {
    const gauge = (name: string, help: string, read: (age: TickAge) => number) =>
      registry.registerMetric(
        new Gauge({
          name,
          help,
          labelNames: ['tick'],
          registers: [],
          collect() {
            for (const age of ticks.ages()) this.set({ tick: age.name }, read(age) / 1000);
          },
        }),
      );
    gauge(
      'meridian_tick_lag_seconds',
      'Seconds since a tick last came to an end, or since the start.',
      (age) => age.lag,
    );
    gauge('meridian_tick_duration_seconds', 'Seconds the last turn of a tick took.', (age) => age.duration);
    gauge(
      'meridian_tick_period_seconds',
      'Seconds from one turn of a tick to the next, as it should be.',
      (age) => age.period,
    );
  }
}
