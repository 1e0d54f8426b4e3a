import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY, instant, instantOf, MINUTE, plus, type Instant } from '../../src/domain/time/instant.js';
import { eventually } from '../support/eventually.js';
import { allowPage, openPage, type OpenedPage } from '../support/flow.js';
import { query } from '../support/postgres.js';
import { randomNumbers } from '../support/random-numbers.js';
import { connectShop, type ShopOfACompany } from '../support/shop-of-a-company.js';
import { Source } from '../support/source.js';
import { startWorld, type Answer, type TestClient, type World } from '../support/world.js';

const NOW: Instant = instant('2026-11-22T16:00:00Z');
const DUE: Instant = instant('2026-11-23T00:00:00Z');
const schedule = { selectedFrequency: 'Daily', startDate: '2026-11-20', syncHour: 0, timeZone: 'Europe/London' };

let source: Source;
/** Of one test alone: syncs of earlier ones run on, and would take its failures. */
let failing: Source;
let world: World;
let client: TestClient;
let shop: ShopOfACompany;
let merchant: OpenedPage;
beforeAll(async () => {
  [source, failing] = [await Source.start(), await Source.start()];
  world = await startWorld({ roles: 'api,dispatcher,worker', outboundAllow: [source.origin, failing.origin] });
});
afterAll(async () => {
  await world.close();
  await source.close();
  await failing.close();
});
beforeEach(async () => {
  source.release();
  source.failures.length = 0;
  source.rows.length = 0;
  source.rows.push(
    { id: 'o1', updatedAt: '2026-11-21T10:00:00.000Z' },
    { id: 'o2', updatedAt: '2026-11-22T10:00:00.000Z' },
  );
  world.clock.runFrom(NOW);
  client = await world.newClient();
  await allowPage(client);
  shop = await connectShop(client, source, { schedule });
  merchant = await open();
});

const open = () => openPage(world, client, shop.companyId, { ttlSeconds: 14_400 });
const status = async () => (await merchant.page('GET', '/flow/v1/status')).body;
const act = (action: string, headers: Record<string, string> = {}) =>
  merchant.page('POST', `/flow/v1/actions/${action}`, undefined, headers);

/** A new session at a moment: tokens do not live for days. */
async function goTo(at: Instant): Promise<void> {
  world.clock.runFrom(at);
  merchant = await open();
}

/** Admitted, and then taken by a worker. */
const begun = (state: string): Promise<Answer['body']> =>
  eventually(
    async () => {
      const now = await status();
      return now.state === state && now.running !== null && now;
    },
    { what: `a run under way and the state ${state}` },
  );

const until = (state: string): Promise<Answer['body']> =>
  eventually(
    async () => {
      const now = await status();
      return now.state === state && now;
    },
    { what: `the state ${state}` },
  );

describe('the status of a sync', () => {
  it('before it has run is not started, and tells when it will', async () => {
    expect(await status()).toEqual({
      state: 'not_started',
      coveredThrough: null,
      nextDueAt: '2026-11-23T00:00:00.000Z',
      expectedStart: ['2026-11-23T00:00:00.000Z', '2026-11-23T00:00:00.000Z'],
      running: null,
      recent: [
        {
          start: '2026-11-20T00:00:00.000Z',
          finish: '2026-11-23T00:00:00.000Z',
          outcome: 'planned',
          records: 0,
        },
      ],
      attention: null,
      pausedAt: null,
      typicalDelayMinutes: null,
      timeZone: 'Europe/London',
      syncHour: 0,
    });
  });

  it('catches up, runs, and is on schedule', async () => {
    source.hold(0);
    await goTo(plus(DUE, MINUTE));
    const catching = await begun('catching_up');
    expect(catching.running).toMatchObject({ startedAt: expect.stringContaining('2026-11-23'), fraction: null });
    expect(catching).toMatchObject({ nextDueAt: '2026-11-24T00:00:00.000Z', expectedStart: null });
    source.release();
    expect(await until('on_schedule')).toMatchObject({
      coveredThrough: '2026-11-23T00:00:00.000Z',
      running: null,
      recent: [{ outcome: 'planned' }, { outcome: 'synced', records: 2 }],
    });
    source.hold(0);
    await goTo(plus(DUE, DAY + MINUTE));
    expect((await begun('running')).nextDueAt).toBe('2026-11-25T00:00:00.000Z');
    source.release();
    expect(await until('on_schedule')).toMatchObject({
      recent: [{ outcome: 'planned' }, { outcome: 'no_new_data' }, { outcome: 'synced' }],
    });
    const { data } = (await merchant.page('GET', '/flow/v1/runs?limit=1')).body;
    expect(data).toMatchObject([{ outcome: 'no_new_data', start: '2026-11-23T00:00:00.000Z', records: 0 }]);
  });

  it('needs somebody after two failures in a row, says why, and that nothing is lost', async () => {
    shop = await connectShop(client, failing, { schedule });
    failing.rows.push({ id: 'o1', updatedAt: '2026-11-21T10:00:00.000Z' });
    for (const day of [0, 1]) {
      failing.failures.push(422);
      await goTo(plus(DUE, day * DAY + MINUTE));
      await eventually(
        async () => (await status()).recent.filter((one: Answer['body']) => one.outcome === 'failed').length > day,
        {
          what: `failure ${day + 1}`,
        },
      );
    }
    const failed = await until('needs_action');
    expect(failed.attention).toMatchObject({
      code: expect.any(String),
      since: '2026-11-23T00:00:00.000Z',
      start: '2026-11-20T00:00:00.000Z',
      finish: '2026-11-24T00:00:00.000Z',
    });
    await tellsNothingOfTheSource(failed.attention);
    expect([await resentBy({}), await resentBy({ timeZone: 'Europe/Paris' })]).toEqual([0, 2]);
    await goTo(plus(DUE, 2 * DAY + MINUTE));
    expect(await until('on_schedule')).toMatchObject({
      attention: null,
      coveredThrough: '2026-11-25T00:00:00.000Z',
      recent: [
        {},
        { outcome: 'synced', start: '2026-11-20T00:00:00.000Z' },
        { outcome: 'failed' },
        { outcome: 'failed' },
      ],
    });
  });

  /** How many earlier periods a preview says are read again. */
  const resentBy = async (configuration: Record<string, unknown>): Promise<number> =>
    (await merchant.page('POST', '/flow/v1/preview', { configuration })).body.resentPeriods;

  /** What the source said, and where it is, is for the client's API alone. */
  async function tellsNothingOfTheSource(attention: Answer['body']): Promise<void> {
    const told = async (path: string) => (await merchant.page('GET', path)).body;
    const [english, german] = [
      'Till sent something we could not read.',
      'Till hat etwas gesendet, das wir nicht lesen konnten.',
    ];
    expect(attention).toMatchObject({ code: 'provider_rejected', message: english });
    expect((await told('/flow/v1/status?locale=de-AT')).attention.message).toBe(german);
    expect((await told('/flow/v1/session?locale=de')).status.attention.message).toBe(german);
    const runs = await told('/flow/v1/runs');
    expect(runs.data.map(({ message }: Answer['body']) => message)).toEqual([english, english]);
    await client.api('PATCH', '/v1/flow-text', { text: { 'flow.reason.answer': 'Ask us about {source}.' } });
    expect((await status()).attention.message).toBe('Ask us about Till.');
    const { data } = (await client.api('GET', `/v1/syncs/${shop.syncId}/runs`)).body;
    expect(data[0].errorMessage).toContain('422');
    expect(JSON.stringify([attention, runs])).not.toMatch(/422|127\.0\.0\.1/);
  }

  it('needs somebody while the connection is off', async () => {
    await client.api('POST', `/v1/connections/${shop.connectionId}/unlink`);
    expect(await status()).toMatchObject({
      state: 'needs_action',
      attention: { code: 'connection_unlinked', message: 'Till is not connected at the moment.' },
    });
  });

  it('is sent again only when it has changed', async () => {
    const first = await merchant.page('GET', '/flow/v1/status');
    const tag = first.headers.get('etag') ?? '';
    const again = await merchant.page('GET', '/flow/v1/status', undefined, { 'if-none-match': tag });
    expect(again).toMatchObject({ status: 304, body: '' });
    expect(again.headers.get('etag')).toBe(tag);
    await act('pause');
    const changed = await merchant.page('GET', '/flow/v1/status', undefined, { 'if-none-match': `W/"x", ${tag}` });
    expect(changed).toMatchObject({ status: 200, body: { state: 'paused' } });
  });
});

describe('a merchant', () => {
  it('pauses and resumes, as often as it is said', async () => {
    for (const _ of [1, 2]) {
      const { body } = await act('pause');
      expect(body.status).toMatchObject({
        state: 'paused',
        nextDueAt: null,
        pausedAt: expect.stringContaining('2026-11-22T16'),
      });
    }
    const versions = await Promise.all(['resume', 'resume'].map(async (action) => (await act(action)).body.version));
    expect(new Set(versions).size).toBe(1);
    expect(await status()).toMatchObject({ state: 'not_started', nextDueAt: '2026-11-23T00:00:00.000Z' });
    const { data } = (await client.api('GET', `/v1/syncs/${shop.syncId}/edits`)).body;
    expect(data.map(({ changes }: Answer['body']) => changes)).toEqual([
      [{ field: 'enabled', before: false, after: true }],
      [{ field: 'enabled', before: true, after: false }],
      expect.anything(),
    ]);
  });

  it('goes on where the pause began', async () => {
    await act('pause');
    await goTo(plus(DUE, 3 * DAY + MINUTE));
    const { body } = await act('resume');
    expect(body.status.recent[0]).toMatchObject({ start: '2026-11-20T00:00:00.000Z', outcome: 'planned' });
  });

  it('syncs now, once, however often it is pressed', async () => {
    source.hold(0);
    const answers = [await act('sync-now'), await act('sync-now')];
    expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
    // Whether it waits or runs by then, the due date stays the schedule's.
    for (const { body } of answers) expect(body.status.nextDueAt).toBe('2026-11-23T00:00:00.000Z');
    await until('catching_up');
    source.release();
    const done = await until('on_schedule');
    expect(done.recent.some((one: Answer['body']) => one.outcome === 'synced')).toBe(true);
    const { data } = (await client.api('GET', `/v1/syncs/${shop.syncId}/runs`)).body;
    expect(data).toMatchObject([{ trigger: 'flow', requestedBy: merchant.id, state: 'completed' }]);
  });

  it('can do nothing before anything is set up', async () => {
    const connection = (await client.api('POST', '/v1/companies', { name: 'New' })).body.id;
    await client.api('POST', `/v1/companies/${connection}/connections`, {
      platform: 'rest',
      name: 'Till',
      settings: source.settings(),
    });
    merchant = await openPage(world, client, connection);
    for (const action of ['pause', 'resume', 'sync-now'])
      expect(await act(action)).toMatchObject({ status: 409, body: { code: 'sync_unscheduled' } });
    expect(await status()).toMatchObject({ state: 'not_started', recent: [], nextDueAt: null });
    expect((await merchant.page('GET', '/flow/v1/runs')).body).toEqual({ data: [], nextCursor: null });
  });
});

describe('what a preview shows', () => {
  const SEED = Number(process.env['SEED'] ?? 7);
  const CONFIGURATIONS = 4;
  const PERIODS = 3;

  it(`is what the product does, through all of it (SEED=${SEED})`, async () => {
    const random = randomNumbers(SEED);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    for (let round = 0; round < CONFIGURATIONS; round += 1) {
      world.clock.runFrom(plus(NOW, (round * 60 + Math.floor(random() * 50)) * DAY));
      const fresh = await connectShop(client, source);
      merchant = await openPage(world, client, fresh.companyId, { features: { syncHour: true } });
      const configuration = {
        startDate: pick(['2026-10-25', '2026-11-01', '2026-11-22']),
        syncHour: Math.floor(random() * 24),
        timeZone: pick(['Europe/London', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Africa/Cairo']),
      };
      const { periods, fingerprint } = (
        await merchant.page('POST', '/flow/v1/preview', { configuration, count: PERIODS })
      ).body;
      expect((await merchant.page('PUT', '/flow/v1/configuration', { configuration, fingerprint })).status).toBe(200);
      for (const [index, { dueDate }] of periods.entries()) {
        world.clock.runFrom(plus(instant(dueDate), MINUTE));
        await eventually(
          async () => (await succeeded(fresh.syncId)).length > index || toRunDate(fresh.syncId).then(() => false),
          { what: `period ${index + 1}` },
        );
      }
      const shown = periods.map(({ start, dueDate }: Answer['body']) => ({ start, dueDate }));
      expect({ configuration, periods: await succeeded(fresh.syncId) }).toEqual({ configuration, periods: shown });
    }
  }, 180_000);

  /** What others of this world have due at the same time may come first. */
  const toRunDate = async (syncId: string): Promise<void> => {
    const [open] = await query<{ at: Date }>(
      world.database.superuserUrl,
      `select run_date as at from sync_period where sync_id = $1 and status = 'assigned' and run_date > $2`,
      [syncId, new Date(await world.clock.now())],
    );
    if (open) world.clock.runFrom(instantOf(open.at.getTime()));
  };

  const succeeded = async (syncId: string) =>
    (await client.api('GET', `/v1/syncs/${syncId}/periods?status=succeeded`)).body.data
      .map(({ start, dueDate }: Answer['body']) => ({ start, dueDate }))
      .toReversed();
});
