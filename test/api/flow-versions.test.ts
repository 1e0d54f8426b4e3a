import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Client } from 'pg';
import { instant, plus, toIso, type Instant } from '../../src/domain/time/instant.js';
import { eventually } from '../support/eventually.js';
import { allowPage, openPage, type OpenedPage } from '../support/flow.js';
import { query } from '../support/postgres.js';
import { connectShop, type ShopOfACompany } from '../support/shop-of-a-company.js';
import { Source } from '../support/source.js';
import { startWorld, type Answer, type TestClient, type World } from '../support/world.js';

const NOW: Instant = instant('2026-11-22T16:32:00Z');
const LONDON = { selectedFrequency: 'Daily', startDate: '2026-10-01', timeZone: 'Europe/London' };

let world: World;
let source: Source;
let acme: TestClient;
let shop: ShopOfACompany;
let merchant: OpenedPage;
beforeAll(async () => {
  source = await Source.start();
  world = await startWorld({ outboundAllow: [source.origin] });
  acme = await world.newClient('Acme POS');
  await allowPage(acme);
});
afterAll(async () => {
  await world.close();
  await source.close();
});
beforeEach(async () => {
  world.clock.set(NOW);
  shop = await connectShop(acme, source, { schedule: LONDON });
  merchant = await open();
});

const open = () => openPage(world, acme, shop.companyId, {});
const seen = async (): Promise<number> => (await merchant.page('GET', '/flow/v1/session')).body.version;
const act = async (action: string) => (await merchant.page('POST', `/flow/v1/actions/${action}`)).body;
const fingerprintOf = async (configuration: unknown, by = merchant): Promise<string> =>
  (await by.page('POST', '/flow/v1/preview', { configuration })).body.fingerprint;
async function save(configuration: unknown, ifMatch?: string): Promise<Answer> {
  const body = { configuration, fingerprint: await fingerprintOf(configuration) };
  return merchant.page('PUT', '/flow/v1/configuration', body, ifMatch === undefined ? {} : { 'if-match': ifMatch });
}
const syncs = async () => (await acme.api('GET', `/v1/syncs?companyId=${shop.companyId}`)).body.data;

describe('an action', () => {
  it('tells the version it found and the one it made, so that a page may go on with it', async () => {
    const version = await seen();
    const paused = await act('pause');
    expect(paused.previousVersion).toBe(version);
    expect(paused.version).toBeGreaterThan(version);
    expect(await act('pause')).toMatchObject({ previousVersion: paused.version, version: paused.version });
    expect((await act('resume')).previousVersion).toBe(paused.version);
    expect((await save({ timeZone: 'Europe/Paris' }, `"${await seen()}"`)).status).toBe(200);
  });

  it.each(['pause', 'sync-now'])('that finds another’s edit tells it: %s', async (action) => {
    const version = await seen();
    await acme.api('PATCH', `/v1/syncs/${shop.syncId}`, { schedule: { ...LONDON, timeZone: 'Asia/Tokyo' } });
    const acted = await act(action);
    expect(acted.previousVersion).toBeGreaterThan(version);
    expect(await save({ timeZone: 'Europe/Paris' }, `"${version}"`)).toMatchObject({
      status: 412,
      body: { current: { timeZone: 'Asia/Tokyo' }, version: acted.version },
    });
  });

  it('that edits nothing makes no version', async () => {
    const version = await seen();
    expect(await act('sync-now')).toMatchObject({ previousVersion: version, version });
  });
});

describe('a sync that was asked for and waits for its turn', () => {
  it('is expected, not running, and leaves the due date as it is', async () => {
    const due = (await merchant.page('GET', '/flow/v1/status')).body.nextDueAt;
    const { status } = await act('sync-now');
    expect(status).toMatchObject({ state: 'catching_up', running: null, nextDueAt: due });
    expect(status.recent[0]).toMatchObject({ outcome: 'planned', finish: toIso(NOW) });
    world.clock.set(plus(NOW, 90_000));
    const later = (await merchant.page('GET', '/flow/v1/status')).body;
    expect(later).toMatchObject({ nextDueAt: due, running: null });
    expect(later.expectedStart).toEqual([toIso(NOW), '2026-11-22T16:34:00.000Z']);
  });
});

describe('a configuration that was taken away', () => {
  it('is told as none, and set up anew without If-Match', async () => {
    const version = await seen();
    await acme.api('DELETE', `/v1/syncs/${shop.syncId}`);
    for (const ifMatch of [`"${version}"`, '*'])
      expect(await save(LONDON, ifMatch)).toMatchObject({
        status: 412,
        body: {
          code: 'precondition_failed',
          detail: 'Nothing is set up any more. To set it up anew, save without If-Match.',
          current: null,
          version: null,
          changedBy: null,
          changedAt: null,
        },
      });
    expect((await save(LONDON)).status).toBe(200);
    expect(await syncs()).toHaveLength(1);
  });
});

describe('two pages that save while somebody else has the sync in hand', () => {
  /** Does `change` in one transaction that both pages have begun to wait for; answers what they were answered. */
  async function meanwhile(change: string, send: (by: OpenedPage) => Promise<Answer>): Promise<readonly Answer[]> {
    const pages = [await open(), await open()];
    const operator = new Client({ connectionString: world.database.superuserUrl });
    await operator.connect();
    try {
      await operator.query('begin');
      await operator.query('select from sync where id = $1 for update', [shop.syncId]);
      await operator.query('select from connection where id = $1 for update', [shop.connectionId]);
      const answers = Promise.all(pages.map(send));
      await eventually(async () => (await waiting()) >= 2, { what: 'two pages that wait' });
      await operator.query(change, [shop.syncId]);
      await operator.query('commit');
      return await answers;
    } finally {
      await operator.end();
    }
  }

  const waiting = async (): Promise<number> => {
    const [row] = await query<{ n: number }>(
      world.database.superuserUrl,
      `select count(*)::int as n from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and state = 'active'`,
    );
    return row?.n ?? 0;
  };

  it('and deletes it make one new one', async () => {
    const fingerprint = await (async () => {
      const spare = await connectShop(acme, source);
      const page = await openPage(world, acme, spare.companyId);
      return fingerprintOf(LONDON, page);
    })();
    const body = { configuration: LONDON, fingerprint };
    const answers = await meanwhile('delete from sync where id = $1', ({ page }) =>
      page('PUT', '/flow/v1/configuration', body),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412]);
    expect(await syncs()).toHaveLength(1);
  });

  it('and only holds it are let in one after the other', async () => {
    const [version, configuration] = [await seen(), { timeZone: 'Europe/Paris' }];
    const fingerprint = await fingerprintOf(configuration);
    const answers = await meanwhile('select $1::text', ({ page }) =>
      page('PUT', '/flow/v1/configuration', { configuration, fingerprint }, { 'if-match': `"${version}"` }),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412]);
  });
});
