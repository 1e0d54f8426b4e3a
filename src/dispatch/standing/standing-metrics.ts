import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { SECOND, type Instant } from '../../domain/time/instant.js';
import { Metrics } from '../../platform/metrics.js';
import { TimeZoneData } from '../../platform/time-zone-data.js';
import { ReadStanding, type Snapshot } from './read-standing.js';

/** A value with its labels. */
type Reading = readonly [labels: Readonly<Record<string, string>>, value: number];

interface Shown {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  readonly read: (snapshot: Snapshot) => readonly Reading[];
}

const one = (value: number): readonly Reading[] => [[{}, value]];
/** Seconds; 0 where nothing is due yet. */
const age = (now: Instant, since: Instant | undefined): readonly Reading[] =>
  one(since === undefined ? 0 : Math.max(0, now - since) / SECOND);

const SHOWN: readonly Shown[] = [
  {
    name: 'meridian_oldest_due_age_seconds',
    help: 'Seconds since the oldest due date that has not succeeded; 0: nothing is due.',
    read: ({ now, standing }) => age(now, standing.oldestDueDate),
  },
  {
    name: 'meridian_oldest_ready_age_seconds',
    help: 'Seconds since the oldest run date of a period that has not been admitted.',
    read: ({ now, standing }) => age(now, standing.oldestRunDate),
  },
  {
    name: 'meridian_oldest_delivery_age_seconds',
    help: 'Seconds since the oldest webhook attempt that is due was due; paused and disabled endpoints left out.',
    read: ({ now, standing }) => age(now, standing.oldestDelivery),
  },
  {
    name: 'meridian_queue_depth',
    help: 'Waiting to be admitted: periods whose run date is reached (ready), runs asked for (requested); admitted and not begun (created).',
    labels: ['stage'],
    read: ({ standing }) => [
      [{ stage: 'ready' }, standing.ready],
      [{ stage: 'requested' }, standing.requested],
      [{ stage: 'created' }, standing.created],
    ],
  },
  {
    name: 'meridian_open_runs',
    help: 'Runs under way: in the hands of workers (running), or of the code of clients (awaiting).',
    labels: ['state'],
    read: ({ standing }) => [
      [{ state: 'running' }, standing.running],
      [{ state: 'awaiting' }, standing.awaiting],
    ],
  },
  {
    name: 'meridian_late_periods',
    help: 'Open periods that have not succeeded by their next due date.',
    read: ({ standing }) => one(standing.late),
  },
  {
    name: 'meridian_live_processes',
    help: 'Processes seen within 15 seconds, by role; one process may have several.',
    labels: ['role'],
    read: ({ processes }) => [...countBy(processes, ({ role }) => role)].map(([role, count]) => [{ role }, count]),
  },
  {
    name: 'meridian_worker_concurrency',
    help: 'Runs that live workers execute at the same time at most.',
    read: ({ standing }) => one(standing.concurrency),
  },
  {
    name: 'meridian_slot_capacity_seconds',
    help: 'Seconds of work that one slot of a minute is planned to hold.',
    read: ({ capacity }) => one(capacity),
  },
  {
    name: 'meridian_slot_planned_ratio',
    help: 'Share of the capacity that is booked in the present slot (0) and in those ahead.',
    labels: ['ahead'],
    read: ({ booked, capacity }) => booked.map((seconds, ahead) => [{ ahead: String(ahead) }, seconds / capacity]),
  },
  {
    name: 'meridian_time_zone_data_versions',
    help: 'How many versions of the time zone data live processes have; more than 1: they disagree.',
    read: ({ processes }) => one(countBy(processes, ({ timeZoneData }) => timeZoneData).size),
  },
];

/** Gauges of the whole installation. Every process shows the same; take the maximum over them. */
@Injectable()
export class StandingMetrics {
  constructor({ registry }: Metrics, standing: ReadStanding, { version }: TimeZoneData) {
    for (const { name, help, labels = [], read } of SHOWN) {
      registry.registerMetric(
        new Gauge({
          name,
          help,
          labelNames: labels,
          registers: [],
          async collect() {
            const snapshot = await standing.read();
            this.reset();
            // Nothing rather than something old: an alert on the absence of a gauge is one on the database.
            if (snapshot === undefined) this.remove();
            else for (const [values, value] of read(snapshot)) this.set(values, value);
          },
        }),
      );
    }
    registry.registerMetric(
      new Gauge({
        name: 'meridian_database_up',
        help: '1 where the database has answered this scrape, or one a few seconds ago.',
        registers: [],
        async collect() {
          this.set(Number((await standing.read()) !== undefined));
        },
      }),
    );
    registry.registerMetric(
      new Gauge({
        name: 'meridian_time_zone_data_info',
        help: 'Release of the time zone data: of this process, which due dates come from, and of PostgreSQL at least.',
        labelNames: ['source', 'version'],
        registers: [],
        async collect() {
          const snapshot = await standing.read();
          this.reset();
          this.set({ source: 'node', version }, 1);
          const least = snapshot?.databaseTimeZoneData;
          if (snapshot) this.set({ source: 'postgresql', version: least === undefined ? 'unknown' : `>=${least}` }, 1);
        },
      }),
    );
  }
}

function countBy<T extends { readonly count: number }>(all: readonly T[], key: (one: T) => string) {
  const counts = new Map<string, number>();
  for (const each of all) counts.set(key(each), (counts.get(key(each)) ?? 0) + each.count);
  return counts;
}
