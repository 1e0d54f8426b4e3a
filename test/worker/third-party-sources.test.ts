import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR, instantOf, MINUTE, toIso, type Instant } from '../../src/domain/time/instant.js';
import { eventually } from '../support/eventually.js';
import { startFeathers } from '../support/third-party/feathers.js';
import { startJsonServer } from '../support/third-party/json-server.js';
import { Shop } from '../support/third-party/shop.js';
import type { ThirdPartyServer } from '../support/third-party/third-party-server.js';
import { startVerdaccio } from '../support/third-party/verdaccio.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

/** Verdaccio stamps what it holds with the real time, so the first of the days is today. */
const TODAY = instantOf(Math.floor(Date.now() / DAY) * DAY);
const FIRST_DAY = instantOf(TODAY - 30 * DAY);
/** The due date that ends period `n`, counted from 1. */
const dueDate = (n: number): Instant => instantOf(TODAY + n * DAY);
const dayOf = (n: number) => ({ start: n === 1 ? FIRST_DAY : dueDate(n - 1), finish: dueDate(n) });
const DAYS_OF_TRADE = 3;

interface Case {
  readonly name: string;
  readonly start: () => Promise<ThirdPartyServer>;
  readonly mode: 'auto' | 'audit';
  readonly read: 'incremental' | 'audit';
}

/** Each server as `auto` reads it; and one that can filter, told to be read whole all the same. */
const cases: readonly Case[] = [
  { name: 'Feathers', start: startFeathers, mode: 'auto', read: 'incremental' },
  { name: 'json-server', start: startJsonServer, mode: 'auto', read: 'incremental' },
  { name: 'Verdaccio', start: startVerdaccio, mode: 'auto', read: 'audit' },
  { name: 'Feathers', start: startFeathers, mode: 'audit', read: 'audit' },
];

let world: World;
let client: TestClient;
let servers: ReadonlyMap<Case, ThirdPartyServer>;

beforeAll(async () => {
  servers = new Map(await Promise.all(cases.map(async (one) => [one, await one.start()] as const)));
  const outboundAllow = [...servers.values()].map(({ settings }) => settings.baseUrl);
  world = await startWorld({ roles: 'api,dispatcher,worker', outboundAllow });
});
afterAll(async () => {
  await world.close();
  await Promise.all([...servers.values()].map((server) => server.close()));
});

/** A company connected to the server, with a sync that is due every midnight. */
async function connect({ settings }: ThirdPartyServer, mode: Case['mode']) {
  const schedule = { selectedFrequency: 'Daily', startDate: toIso(FIRST_DAY).slice(0, 10), syncHour: 0 };
  const { body: company } = await client.api('POST', '/v1/companies', { name: 'Corner Shop' });
  const connections = `/v1/companies/${company.id}/connections`;
  const { body: connection } = await client.api('POST', connections, { platform: 'rest', name: 'Till', settings });
  const { body: sync } = await client.api('POST', `/v1/connections/${connection.id}/syncs`, { mode, schedule });
  return { connectionId: String(connection.id), syncId: String(sync.id) };
}

/** Time passes the due date of period `n`; answers how the run that settled it went, in all models together. */
async function settle(syncId: string, n: number) {
  world.clock.runFrom(instantOf(dueDate(n) + 30 * MINUTE));
  await eventually(async () => (await client.api('GET', `/v1/syncs/${syncId}`)).body.watermark === toIso(dueDate(n)), {
    what: `the settlement of period ${n}`,
    timeout: 40_000,
  });
  const { body } = await client.api('GET', `/v1/syncs/${syncId}/runs?limit=1`);
  return Object.values<Record<string, number>>(body.data[0].progress)[0];
}

/** The records Meridian has, title by id, apart by whether they were found deleted at the source. */
async function recordStore(server: ThirdPartyServer, connectionId: string) {
  const feed: { id: string; data: Record<string, unknown>; deletedAt: string | null }[] = [];
  for (let cursor = ''; ;) {
    const { body } = await client.api('GET', `/v1/connections/${connectionId}/records?limit=200${cursor}`);
    feed.push(...body.data);
    cursor = `&cursor=${body.nextCursor}`;
    if (body.data.length < 200) break;
  }
  const titles = (deleted: boolean) =>
    feed
      .filter(({ deletedAt }) => (deletedAt !== null) === deleted)
      .map(({ id, data }) => [id, server.titleOf(data)] as const);
  return { size: feed.length, live: new Map(titles(false)), deleted: new Map(titles(true)) };
}

describe.each(cases)('$name, read in mode $mode', (entry) => {
  const { mode, read } = entry;
  let server: ThirdPartyServer;
  let shop: Shop;
  let company: Awaited<ReturnType<typeof connect>>;

  beforeEach(async () => {
    client = await world.newClient();
    server = theServer(entry);
    world.clock.runFrom(instantOf(TODAY + 12 * HOUR));
    shop = await Shop.open(server, dayOf(1));
    company = await connect(server, mode);
  });

  it('is as it was described', async () => {
    const { body: connection } = await client.api('GET', `/v1/connections/${company.connectionId}`);
    // To the order of query parameters: sources sort by them in turn.
    expect(JSON.stringify(connection.settings)).toBe(JSON.stringify(server.settings));
    expect((await client.api('POST', `/v1/connections/${company.connectionId}/test`)).body).toMatchObject({ ok: true });
  });

  it('has no change lost and none doubled over days of trade', async () => {
    const whole = await settle(company.syncId, 1);
    expect(whole).toMatchObject({ created: shop.items.size, updated: 0, deleted: 0 });
    for (let n = 2; n <= DAYS_OF_TRADE; n += 1) {
      const { added, edited, removed } = await shop.trade(dayOf(n));
      const deleted = read === 'audit' ? removed : 0;
      expect(await settle(company.syncId, n)).toMatchObject({ created: added, updated: edited, deleted });
    }
    const quiet = await settle(company.syncId, DAYS_OF_TRADE + 1);
    expect(quiet).toMatchObject({ created: 0, updated: 0, deleted: 0 });
    const { size, live, deleted } = await recordStore(server, company.connectionId);
    const here = await server.content();
    expect(size).toBe(shop.items.size + shop.removed.size);
    // Where only changes are read, nobody says that a record is gone: it stays as it last was.
    expect(live).toEqual(read === 'audit' ? here : new Map([...here, ...shop.removed]));
    expect(deleted).toEqual(read === 'audit' ? shop.removed : new Map());
    const { body: coverage } = await client.api('GET', `/v1/syncs/${company.syncId}/coverage`);
    expect(coverage).toMatchObject({ gaps: [], overlaps: [] });
  });

  it('has what changes while it is read by the next due date', async () => {
    const trading = shop.tradeFrom(instantOf(dueDate(1) + 30 * MINUTE));
    await settle(company.syncId, 1);
    expect(await trading.stop()).toBeGreaterThan(0);
    await settle(company.syncId, 2);
    const { live } = await recordStore(server, company.connectionId);
    const here = await server.content();
    expect(read === 'audit' ? live : new Map([...live].filter(([id]) => here.has(id)))).toEqual(here);
  });
});

function theServer(entry: Case): ThirdPartyServer {
  const server = servers.get(entry);
  if (server === undefined) throw new Error(`${entry.name} was not started.`);
  return server;
}
