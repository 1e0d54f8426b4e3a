import { setTimeout as wait } from 'node:timers/promises';
import { instantOf } from '../../../src/domain/time/instant.js';
import { query, type TestDatabase } from '../postgres.js';
import { apiWith, startWorld, type TestClient, type World } from '../world.js';
import { BusySource } from './busy-source.js';
import { bodyOf, buildFleet, LIMITS, must, type FleetSync } from './fleet.js';
import { dueDateAt, iso } from './owed.js';

export interface OutageOptions {
  /** Of its own: the product is stopped and started on it. Not dropped. */
  readonly database: TestDatabase;
  readonly syncs: number;
  readonly clients: number;
  readonly catchUp: 'collapse' | 'each';
  /** How long nothing runs. */
  readonly days: number;
  readonly concurrency: number;
}

export interface EditedSync extends FleetSync {
  readonly editedAt: number;
}

/** What is left to look at when all has been caught up. */
export interface Aftermath {
  readonly fleet: readonly FleetSync[];
  readonly edited: readonly EditedSync[];
  /** The client whose periods became due while the others caught up. */
  readonly fresh: TestClient;
  readonly source: BusySource;
  /** When the last outage ended; every due date up to then has been caught up. */
  readonly upTo: number;
  /** Real seconds of catching up. */
  readonly seconds: number;
}

/** Syncs of the fresh client, all due at the same minutes. */
export const FRESH_SYNCS = 8;
const CONFIGURED = Date.parse('2025-09-20T09:10:00Z');
const DAY = 86_400_000;
/** The second outage. */
const SHORT_OUTAGE = 3 * DAY;
/** The clock jumps by so much while nothing is to be done. */
const STEP = 30_000;

/** A long outage, another one in the middle of catching up, and edits of schedules before it. */
export async function liveThroughOutages(options: OutageOptions): Promise<Aftermath> {
  const source = await BusySource.start();
  const open = (now: number) =>
    startWorld({
      now: instantOf(now),
      roles: 'api,dispatcher,worker',
      database: { ...options.database, drop: async () => undefined },
      workerConcurrency: options.concurrency,
      outboundAllow: [`http://127.0.0.1:${source.port}`, `http://localhost:${source.port}`],
      settings: { SOURCE_HOST_LIMITS: `localhost=${LIMITS.host}` },
    });
  let world = await open(CONFIGURED);
  try {
    world.clock.set(instantOf(CONFIGURED));
    const fleet = await buildFleet(world, source, { ...options, configuredAt: CONFIGURED });
    const resumed = CONFIGURED + options.days * DAY;
    world.clock.runFrom(instantOf(resumed));
    const fresh = await freshClient(world, source, resumed);
    const since = performance.now();
    const outage = new Passing(world, options.database);
    await outage.untilSettled(options.syncs / 2);
    const edited = await editSome(world, fleet);
    await outage.untilSettled(options.syncs);
    const before = performance.now() - since;
    const upTo = (await world.clock.now()) + SHORT_OUTAGE;
    await world.close();
    world = await open(upTo);
    const again = performance.now();
    await new Passing(world, options.database).untilNothingIsDue(upTo);
    const seconds = (before + performance.now() - again) / 1_000;
    return { fleet, edited, fresh: rebound(fresh, world), source, upTo, seconds };
  } finally {
    await world.close();
    await source.close();
  }
}

const rebound = (client: TestClient, world: World): TestClient => ({
  ...client,
  api: apiWith(world.baseUrl, client.apiKey),
});

/** One whose syncs become due every minute, while all others have days to catch up. */
async function freshClient(world: World, source: BusySource, now: number): Promise<TestClient> {
  const client = await world.newClient('Fresh');
  const { id: company } = must(201, await client.api('POST', '/v1/companies', { name: 'Fresh' })).body;
  for (let serial = 0; serial < FRESH_SYNCS; serial += 1) {
    const path = `/fresh/fresh${serial}/fresh${serial}`;
    const model = { path, recordsPath: 'data', updatedAtField: 'updatedAt', filter: { from: 'since', to: 'before' } };
    const settings = {
      baseUrl: `http://127.0.0.1:${source.port}`,
      models: { m0: { ...model, sort: { sort: 'updatedAt' } } },
    };
    const body = { platform: 'rest', name: `Till ${serial}`, settings };
    const { id } = must(201, await client.api('POST', `/v1/companies/${company}/connections`, body)).body;
    const interval = { selectedFrequency: 'Interval', frequencyOptions: ['Interval'], interval: 'PT1M' };
    const schedule = { ...interval, startDate: iso(now), timeZone: 'Etc/UTC' };
    must(201, await client.api('POST', `/v1/connections/${id}/syncs`, { mode: 'incremental', schedule }));
  }
  return client;
}

/** Every fifth sync that has begun to catch up gets another hour. */
async function editSome(world: World, fleet: readonly FleetSync[]): Promise<EditedSync[]> {
  const editedAt = await world.clock.now();
  world.clock.set(editedAt);
  const edited: EditedSync[] = [];
  for (const sync of fleet.filter((_, index) => index % 5 === 2)) {
    const { body } = must(200, await sync.client.api('GET', `/v1/syncs/${sync.id}`));
    // Before the first success an edit moves the start of the chain.
    if (Date.parse(body.watermark) < dueDateAt(sync.schedule, 1)) continue;
    const schedule = { ...sync.schedule, syncHour: sync.schedule.syncHour + 5 };
    must(200, await sync.client.api('PUT', `/v1/syncs/${sync.id}/schedule`, bodyOf(schedule)));
    edited.push({ ...sync, schedule, editedAt });
  }
  return edited;
}

/** Lets time pass, faster than it does, until something has come to be. */
class Passing {
  constructor(
    private readonly world: World,
    private readonly database: TestDatabase,
  ) {}

  untilSettled(count: number): Promise<void> {
    return this.until(`(select count(*) from sync_period where status = 'succeeded') >= $1`, count);
  }

  untilNothingIsDue(at: number): Promise<void> {
    return this.until(
      `not exists (select from sync_period where due_date <= $1::timestamptz
                     and status in ('planned', 'assigned', 'queued', 'running'))`,
      iso(at),
    );
  }

  /**
   * The clock runs on as it does while there is something to do, and jumps where everybody waits for a run date. Fails
   * when nothing has been settled for a minute of real time.
   */
  private async until(condition: string, parameter: unknown): Promise<void> {
    for (let [settled, since] = [0, performance.now()]; ;) {
      const now = await this.world.clock.now();
      const [row] = await query<{ done: boolean; settled: number; idle: boolean }>(
        this.database.superuserUrl,
        `select ${condition} as done, (select count(*)::int from run where finished_at is not null) as settled,
                not exists (select from run where state in ('created', 'running'))
                and not exists (select from sync_period where status = 'assigned' and run_date <= $2
                                                           or status = 'planned' and due_date <= $2) as idle`,
        [parameter, iso(now)],
      );
      if (row?.done === true) return;
      if (row && row.settled > settled) [settled, since] = [row.settled, performance.now()];
      if (performance.now() - since > 60_000) throw new Error(`Nothing is settled any more after ${settled} runs.`);
      if (row?.idle === true) this.world.clock.runFrom(instantOf((await this.world.clock.now()) + STEP));
      await wait(50);
    }
  }
}
