import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NotePool } from '../../src/console/note-pool.js';
import { instant } from '../../src/domain/time/instant.js';
import { eventually } from '../support/eventually.js';
import { expectLoadAsLedger, ledgerOf, sumOf } from '../support/load.js';
import { query } from '../support/postgres.js';
import { connectShop, type ShopOfACompany } from '../support/shop-of-a-company.js';
import { Source } from '../support/source.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

const schedule = { selectedFrequency: 'Daily', startDate: '2026-03-01', syncHour: 0, timeZone: 'Etc/UTC' };
/** Of work in a minute, by one worker that executes one run at a time. */
const CAPACITY = 60 * 0.8;
/** How long a run is expected to take that nothing is known of. */
const UNKNOWN = 5;

let source: Source;
let world: World;
let clients: TestClient[];
const load = async (queryText: string) => world.admin('GET', `/admin/v1/load?${queryText}`);

beforeAll(async () => {
  source = await Source.start();
});
afterAll(() => source.close());

describe('the load of a fleet', () => {
  let shops: ShopOfACompany[];
  const midnight = 'from=2026-03-01T23:50:00Z&to=2026-03-02T00:20:00Z&bucket=PT1M';

  beforeAll(async () => {
    world = await startWorld({ roles: 'api,dispatcher,worker', workerConcurrency: 1, outboundAllow: [source.origin] });
    world.clock.set(instant('2026-03-01T12:00:00Z'));
    clients = [await world.newClient('A'), await world.newClient('B')];
    shops = [];
    for (let shop = 0; shop < 24; shop += 1) {
      shops.push(await connectShop(clients[shop % 3 === 0 ? 1 : 0] as TestClient, source, { schedule }));
    }
  });
  afterAll(() => world.close());

  const runsOf = async (client: TestClient) => (await ledgerOf([client])).runs;
  /** Behind the API's back: asked again and again, it would answer 429. */
  const count = async (of: string): Promise<number> => {
    const [row] = await query<{ count: number }>(world.database.superuserUrl, `select count(*)::int from ${of}`);
    return row?.count ?? 0;
  };
  const settled = () => count('run where finished_at is not null');

  it('counts periods beyond the horizon where they are due', async () => {
    const { slots, summary } = await expectLoadAsLedger(world, clients, midnight);
    expect(slots[10]).toMatchObject({
      start: '2026-03-02T00:00:00.000Z',
      planned: 24,
      plannedSeconds: 24 * UNKNOWN,
      plannedUnsmoothed: 24,
      started: 0,
      capacity: CAPACITY,
    });
    expect(summary.smoothed).toEqual({ runs: 24, peak: 24, peakToMean: 30, slotsOverCapacity: 1 });
  });

  it('shows what smoothing does, by the run dates that were given', async () => {
    world.clock.set(instant('2026-03-01T23:55:00Z'));
    await eventually(async () => (await count(`sync_period where status = 'planned'`)) === 0, { what: 'run dates' });
    await eventually(async () => (await count(`process where seen_at >= '2026-03-01T23:55Z'`)) === 1, {
      what: 'a worker that is alive at this hour',
    });
    const { slots, summary } = await expectLoadAsLedger(world, clients, midnight);
    // Of 48 s a tenth is kept for backfills: the rest holds eight runs of 5 s.
    expect(slots.slice(10, 13).map(({ planned }: { planned: number }) => planned)).toEqual([8, 8, 8]);
    expect(slots[10]).toMatchObject({ plannedSeconds: 40, plannedUnsmoothed: 24, plannedUnsmoothedSeconds: 120 });
    expect(summary).toEqual({
      smoothed: { runs: 24, peak: 8, peakToMean: 10, slotsOverCapacity: 0 },
      unsmoothed: { runs: 24, peak: 24, peakToMean: 30, slotsOverCapacity: 1 },
    });
  });

  it('shows what ran, failed, was aborted and is tried again, as the ledger has it', async () => {
    source.rows.push({ id: 'o1', updatedAt: '2026-03-01T10:00:00.000Z' });
    // One that fails for good; one that is tried again, since its source faults as often as it is asked in a run.
    source.failures.push(422, 503, 503, 503);
    world.clock.set(instant('2026-03-02T00:05:00Z'));
    await eventually(async () => (await settled()) >= 24, { what: '24 settled runs' });
    world.clock.set(instant('2026-03-02T00:12:30Z'));
    await eventually(async () => (await settled()) >= 25, { what: 'the run that is tried again' });
    source.hold(0);
    const [client] = clients as [TestClient];
    const ask = async (shop: ShopOfACompany | undefined) =>
      (await client.api('POST', `/v1/syncs/${shop?.syncId}/runs`, { type: 'latest' })).body.id as string;
    const held = await ask(shops[1]);
    await eventually(async () => (await client.api('GET', `/v1/runs/${held}`)).body.state === 'running', {
      what: 'it runs',
    });
    // The only worker is busy: this one waits.
    const waiting = await ask(shops[2]);
    await client.api('POST', `/v1/runs/${waiting}/abort`);
    world.clock.set(instant('2026-03-02T00:15:00Z'));
    const during = await expectLoadAsLedger(world, clients, midnight);
    expect(during.slots[25]).toMatchObject({ start: '2026-03-02T00:15:00.000Z', running: 1 });
    expect(during.slots[26]).toMatchObject({ running: 0 });
    await client.api('POST', `/v1/runs/${held}/abort`);
    await eventually(async () => (await settled()) >= 27, { what: 'both aborted' });
    source.release();
    const { slots } = await expectLoadAsLedger(world, clients, midnight);
    const sums = ['failed', 'aborted', 'finished', 'started'].map((name) => sumOf(slots, name));
    expect(sums).toEqual([2, 2, 27, 27]);
  });

  it('adds up to every run made and every period that waits, smoothed or not', async () => {
    const { runs, waiting } = await ledgerOf(clients);
    const body = await expectLoadAsLedger(world, clients, 'from=2026-03-01T00:00Z&to=2026-03-05T00:00Z&bucket=PT1H');
    const sums = ['planned', 'plannedUnsmoothed'].map((name) => sumOf(body.slots, name));
    expect(sums).toEqual([runs.length + waiting.length, runs.length + waiting.length]);
    expect(body.summary.smoothed.runs).toBe(sums[0]);
  });

  it('is that of one client where one is named, and of none where the name is unknown', async () => {
    for (const client of clients) {
      const span = `${midnight}&clientId=${client.clientId}`;
      const { slots } = await expectLoadAsLedger(world, [client], span);
      expect(sumOf(slots, 'finished')).toBe(
        (await runsOf(client)).filter(({ finishedAt }) => finishedAt !== null).length,
      );
    }
    const unknown = await load(`${midnight}&clientId=cli_unknown`);
    expect(unknown.body.summary.smoothed).toEqual({ runs: 0, peak: 0, peakToMean: null, slotsOverCapacity: 0 });
  });

  it('counts what happens at the edge of two slots in the later one', async () => {
    world.clock.set(instant('2026-03-02T03:00:00Z'));
    const [client, shop] = [clients[0], shops[4]] as [TestClient, ShopOfACompany];
    const { body: asked } = await client.api('POST', `/v1/syncs/${shop.syncId}/runs`, { type: 'latest' });
    const done = `run where id = '${asked.id}' and state = 'completed'`;
    await eventually(async () => (await count(done)) === 1, { what: 'a run within no time' });
    const counts = { planned: 1, plannedUnsmoothed: 1, started: 1, finished: 1 };
    const before = await expectLoadAsLedger(world, clients, 'from=2026-03-02T02:00Z&to=2026-03-02T03:00Z&bucket=PT30M');
    expect(before.slots.map(({ planned }: { planned: number }) => planned)).toEqual([0, 0]);
    const after = await expectLoadAsLedger(world, clients, 'from=2026-03-02T03:00Z&to=2026-03-02T03:02Z&bucket=PT1M');
    expect(after.slots).toMatchObject([
      { ...counts, running: 0 },
      { planned: 0, running: 0 },
    ]);
  });

  it('is the same once it has been summed by the minute, whatever of it is and wherever a span begins', async () => {
    world.clock.set(instant('2026-03-02T03:59:00Z'));
    const spans = [
      midnight,
      'from=2026-03-01T00:00Z&to=2026-03-05T00:00Z&bucket=PT1H',
      // One that was aborted at 00:15 had begun before.
      'from=2026-03-02T00:13Z&to=2026-03-02T00:30Z&bucket=PT1M',
    ];
    const whole = async () => Promise.all(spans.map(async (span) => (await load(span)).body.slots));
    const before = await whole();
    expect(before[2][0]).toMatchObject({ running: 1 });
    // Its own tick may be at it.
    const summedUpTo = (at: string) =>
      eventually(async () => {
        await world.app.get(NotePool, { strict: false }).sum();
        return (await count(`load_summed where up_to = '${at}'`)) === 1;
      });
    await summedUpTo('2026-03-02T02:59Z');
    expect(await count('load_minute')).toBeGreaterThan(5);
    expect(await whole()).toEqual(before);
    world.clock.set(instant('2026-03-02T04:10:00Z'));
    await summedUpTo('2026-03-02T03:10Z');
    for (const span of spans) await expectLoadAsLedger(world, clients, span);
    // From the minutes, not from the runs.
    await query(world.database.superuserUrl, `delete from ended_run where started_at >= '2026-03-02T00:16:00Z'`);
    await expectLoadAsLedger(world, clients, 'from=2026-03-02T02:00Z&to=2026-03-02T03:30Z&bucket=PT30M');
  });
});

describe('the capacity', () => {
  beforeAll(async () => {
    world = await startWorld({ roles: 'api,dispatcher' });
  });
  afterAll(() => world.close());

  const workers = (concurrency: number) =>
    query(
      world.database.superuserUrl,
      `insert into process (id, roles, worker_concurrency, time_zone_data, started_at, seen_at)
       values ('other', '{worker}', $1, 'x', $2, $2)
       on conflict (id) do update set worker_concurrency = excluded.worker_concurrency, seen_at = excluded.seen_at`,
      [concurrency, world.clock.toString()],
    );
  const note = () => world.app.get(NotePool, { strict: false }).note();
  const capacities = async (queryText: string) =>
    (await load(queryText)).body.slots.map(({ capacity }: { capacity: number | null }) => capacity);

  it('is what was noted minute by minute, then what the live workers can do; unknown where nobody noted it', async () => {
    world.clock.set(instant('2026-03-02T00:00:10Z'));
    await workers(10);
    await note();
    world.clock.set(instant('2026-03-02T00:01:50Z'));
    await workers(2);
    await note();
    // Later in the same minute: the most counts.
    await workers(4);
    await note();
    await workers(3);
    await note();
    world.clock.set(instant('2026-03-02T00:04:30Z'));
    await workers(5);
    const minutes = await capacities('from=2026-03-02T00:00Z&to=2026-03-02T00:06Z&bucket=PT1M');
    expect(minutes).toEqual([480, 192, null, null, 240, 240]);
    expect(await capacities('from=2026-03-02T00:00Z&to=2026-03-02T00:06Z&bucket=PT3M')).toEqual([672, 480]);
  });

  it('is nothing once the workers have not been seen for a while', async () => {
    world.clock.set(instant('2026-03-02T00:10:00Z'));
    expect(await capacities('from=2026-03-02T00:10Z&to=2026-03-02T00:12Z&bucket=PT1M')).toEqual([0, 0]);
  });

  it('is forgotten after 400 days', async () => {
    world.clock.set(instant('2027-05-01T00:00:00Z'));
    await world.app.get(NotePool, { strict: false }).forget();
    expect(await capacities('from=2026-03-02T00:00Z&to=2026-03-02T00:01Z&bucket=PT1M')).toEqual([null]);
  });
});

describe('the span', () => {
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());
  beforeEach(() => world.clock.set(instant('2026-06-01T12:02:03.004Z')));

  const spanOf = async (queryText: string) => {
    const { from, to, bucket, slots } = (await load(queryText)).body;
    expect(slots[0].start).toBe(from);
    return [from.slice(0, 16), to.slice(0, 16), bucket, slots.length];
  };

  it.each([
    ['', '2026-06-01T00:00', '2026-06-02T00:05', 'PT5M', 289],
    ['from=2026-05-31T22:00:00Z', '2026-05-31T22:00', '2026-06-01T22:00', 'PT5M', 288],
    ['to=2026-05-31T22:00:00.001Z', '2026-05-30T22:00', '2026-05-31T22:05', 'PT5M', 289],
    [
      'from=2026-06-01T00:00:00%2B02:00&to=2026-06-01T06:00:00%2B02:00&bucket=PT1H',
      '2026-05-31T22:00',
      '2026-06-01T04:00',
      'PT1H',
      6,
    ],
    ['from=2026-01-01T00:30Z&to=2026-01-03T00:00Z&bucket=P1D', '2026-01-01T00:00', '2026-01-03T00:00', 'PT24H', 2],
    ['from=2026-01-01T00:00Z&to=2026-01-08T00:00Z&bucket=PT6M', '2026-01-01T00:00', '2026-01-08T00:00', 'PT6M', 1680],
  ])('of ?%s is %s to %s by %s', async (queryText, ...expected) => {
    expect(await spanOf(queryText)).toEqual(expected);
  });

  it.each([
    ['bucket=PT0M', 'bucket'],
    ['bucket=PT90S', 'bucket'],
    ['bucket=P1DT1M', 'bucket'],
    ['bucket=P1M', 'bucket'],
    ['bucket=-PT5M', 'bucket'],
    ['bucket=5m', 'bucket'],
    ['from=2026-01-01T00:00Z&to=2026-01-08T00:00Z&bucket=PT5M', 'bucket'],
    ['from=2026-01-01T00:00Z&to=2026-01-01T00:00Z', 'to'],
    ['from=2026-01-02T00:00Z&to=2026-01-01T00:00Z', 'to'],
    ['from=yesterday', 'from'],
    ['to=2026-01-01', 'to'],
    ['from=1969-12-31T23:59:59Z', 'from'],
    ['colour=red', 'colour'],
    ['from=2026-01-01T00:00Z&from=2026-01-02T00:00Z', 'from'],
  ])('of ?%s is refused', async (queryText, parameter) => {
    const { status, body } = await load(queryText);
    expect([status, body.code, body.parameter]).toEqual([400, 'invalid_parameter', parameter]);
  });
});
