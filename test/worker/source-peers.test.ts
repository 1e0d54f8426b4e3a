import { randomBytes } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HOUR, instant, plus } from '../../src/domain/time/instant.js';
import { badInputs, type BadInput } from '../support/bad-inputs.js';
import { pour } from '../support/endless-source.js';
import { eventually } from '../support/eventually.js';
import { expiredCertificate } from '../support/expired-certificate.js';
import { startHttpSource, type Handler, type HttpSource } from '../support/list-source.js';
import { watchMemory } from '../support/memory.js';
import { DAILY_IN_LONDON } from '../support/schedules.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

const DUE = instant('2022-07-13T23:00:00Z');
/** Where the chain of a new sync starts, which its watermark is until a period succeeds. */
const START = '2022-04-30T23:00:00.000Z';
const MEGABYTE = 1024 * 1024;

let world: World;
let client: TestClient;
let source: HttpSource;
/** How the source answers the requests of the test at hand. */
let answer: Handler;
const expired = createServer(expiredCertificate, (_, response) => response.end('{"items":[]}'));

beforeAll(async () => {
  source = await startHttpSource((request, response, count) => answer(request, response, count));
  await new Promise<void>((done) => expired.listen(0, '127.0.0.1', done));
  world = await startWorld({
    roles: 'api,dispatcher,worker',
    outboundAllow: [source.url, expiredUrl()],
  });
});
afterAll(async () => {
  await world.close();
  await source.close();
  expired.close();
});
beforeEach(async () => {
  world.clock.set(instant('2022-07-13T15:00:00Z'));
  client = await world.newClient();
});

const expiredUrl = () => `https://127.0.0.1:${(expired.address() as AddressInfo).port}`;

const orders = {
  path: 'orders',
  recordsPath: 'items',
  updatedAtField: 'updatedAt',
  filter: { from: 'since', to: 'before' },
  sort: { sort: 'updatedAt' },
  pagination: { type: 'cursor', cursorParam: 'cursor', cursorPath: 'next' },
};

interface Shop {
  readonly connectionId: string;
  readonly syncId: string;
}

async function shopAt(baseUrl: string): Promise<Shop> {
  const { body: company } = await client.api('POST', '/v1/companies', { name: 'Corner Shop' });
  const { body: connection } = await client.api('POST', `/v1/companies/${company.id}/connections`, {
    platform: 'rest',
    name: 'Till',
    settings: { baseUrl, models: { orders } },
  });
  const { body: sync } = await client.api('POST', `/v1/connections/${connection.id}/syncs`, {
    schedule: DAILY_IN_LONDON,
  });
  return { connectionId: connection.id, syncId: sync.id };
}

const syncOf = async ({ syncId }: Shop) => (await client.api('GET', `/v1/syncs/${syncId}`)).body;
const recordsOf = async ({ connectionId }: Shop) =>
  (await client.api('GET', `/v1/connections/${connectionId}/records`)).body.data;
const periodsOf = async ({ syncId }: Shop) => (await client.api('GET', `/v1/syncs/${syncId}/periods`)).body.data;

/** Waits for what a run brings about; the load of other tests may put its run date off by some minutes. */
const broughtAbout = <T>(shop: Shop, what: string, read: () => Promise<T | undefined | false>) =>
  eventually(
    async () => {
      const { nextPeriod } = await syncOf(shop);
      const runDate = nextPeriod?.runDate ? instant(nextPeriod.runDate) : undefined;
      if (runDate !== undefined && runDate > (await world.clock.now())) world.clock.set(runDate);
      return read();
    },
    { what },
  );

/** The first finished run of the first period. */
async function firstRun(shop: Shop) {
  world.clock.set(plus(DUE, HOUR / 2));
  return broughtAbout(shop, 'a finished run', async () => {
    const { body } = await client.api('GET', `/v1/syncs/${shop.syncId}/runs`);
    return body.data.findLast((run: { finishedAt: string | null }) => run.finishedAt !== null);
  });
}

const bodyOf = (items: unknown, next?: string): string => JSON.stringify({ items, next });

const cases = badInputs('peer').filter(({ target }) => target === 'provider.response');
const caseOf = (id: string): BadInput => {
  const found = cases.find((one) => one.id === id);
  if (!found) throw new Error(`The catalogue has no case ${id}.`);
  return found;
};

const order = (day: number) => ({ id: day, updatedAt: `2022-07-0${day}T00:00:00.000Z` });

/** How a source misbehaves that is told by the case’s id, where the period fails before anything is kept. */
const misbehaviour: Readonly<Record<string, (input: BadInput['input']) => Handler>> = {
  P01:
    ({ status = 302 }) =>
    (_, response) =>
      response.writeHead(status, { location: 'http://169.254.169.254/' }).end(),
  P03:
    ({ bytes = 0 }) =>
    (_, response) =>
      pour(response, bytes),
  P04: () => {
    const bomb = gzipSync(Buffer.alloc(100 * MEGABYTE));
    return (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
  },
  P06: () => (_, response) => response.end(bodyOf([{ id: randomBytes(4).toString('hex') }], 'again')),
  P07:
    ({ headers }) =>
    (_, response) =>
      response.writeHead(429, headers as Record<string, string>).end(),
  P10: () => () => undefined,
};

describe('a source that answers with', () => {
  it('is one of the catalogue’s, every one of which has its test', () => {
    const tested = [...Object.keys(misbehaviour), 'P09', 'P12'].toSorted();
    expect(cases.map(({ id }) => id).toSorted()).toEqual(tested);
  });

  it.each(cases.filter(({ id }) => id in misbehaviour))(
    '$id $label leaves the period open',
    async ({ id, input, expect: { code } }) => {
      answer = misbehaviour[id]?.(input) ?? answer;
      const shop = await shopAt(id === 'P10' ? expiredUrl() : source.url);
      const memory = watchMemory();
      const run = await firstRun(shop);
      memory.stop();
      expect(run).toMatchObject({ state: 'errored', failure: { code } });
      expect(await syncOf(shop)).toMatchObject({ watermark: START });
      expect(await recordsOf(shop)).toHaveLength(id === 'P06' ? 1 : 0);
      expect((await periodsOf(shop)).some(({ status }: { status: string }) => status === 'succeeded')).toBe(false);
      expect(memory.risen()).toBeLessThan(64 * MEGABYTE);
    },
  );

  it('P09 a 401 in the middle of paging keeps the pages before it, and the span is read again once it is let in', async () => {
    const { code } = caseOf('P09').expect;
    let isRefused = true;
    let asked = 0;
    answer = (request, response) => {
      asked += 1;
      if (isRefused && asked > 2) return void response.writeHead(caseOf('P09').input.status ?? 401).end();
      const since = new URL(request.url ?? '', source.url).searchParams.get('since') ?? '';
      const rest = [1, 2, 3, 4, 5, 6].map(order).filter(({ updatedAt }) => updatedAt >= since);
      response.end(bodyOf(rest.slice(0, 2), rest.length > 2 ? 'on' : undefined));
    };
    const shop = await shopAt(source.url);
    expect(await firstRun(shop)).toMatchObject({ state: 'errored', failure: { code } });
    expect(asked).toBe(3);
    expect((await recordsOf(shop)).map(({ id }: { id: string }) => id)).toEqual(['1', '2', '3']);
    expect(await syncOf(shop)).toMatchObject({ state: 'suspended', watermark: START, nextPeriod: null });

    isRefused = false;
    await client.api('PATCH', `/v1/connections/${shop.connectionId}`, { credentials: {} });
    await client.api('PATCH', `/v1/syncs/${shop.syncId}`, { enabled: true });
    const { nextPeriod } = await syncOf(shop);
    expect(nextPeriod).toMatchObject({ start: START });
    world.clock.set(plus(instant(nextPeriod.dueDate), HOUR / 2));
    await broughtAbout(shop, 'the watermark', async () => (await syncOf(shop)).watermark === nextPeriod.dueDate);
    expect(await recordsOf(shop)).toHaveLength(6);
  });

  it('P12 a record with a key __proto__ is stored as data', async () => {
    answer = (_, response) =>
      response.end('{"items":[{"id":1,"__proto__":{"polluted":true},"updatedAt":"2022-07-01T00:00:00Z"}]}');
    const shop = await shopAt(source.url);
    expect(await firstRun(shop)).toMatchObject({ state: 'completed', failure: null });
    const [{ data }] = await recordsOf(shop);
    expect(JSON.stringify(data)).toContain('"__proto__":{"polluted":true}');
    expect('polluted' in {}).toBe(false);
    expect(caseOf('P12').expect.code).toBe('ok');
  });
});
