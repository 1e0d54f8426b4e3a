import { afterEach, describe, expect, it } from 'vitest';
import { RestConnector } from '../../src/connectors/rest/rest.connector.js';
import { sampleModels } from '../../src/connectors/sample/sample-models.js';
import { SampleConnector } from '../../src/connectors/sample/sample.connector.js';
import { startSampleShop, type SampleShop } from '../../src/demo/sample-shop.js';
import { DAY, MINUTE, instant, plus, type Instant } from '../../src/domain/time/instant.js';
import { Outbound } from '../../src/platform/outbound/outbound.js';
import type { SourceRecord } from '../../src/ports/connector.js';
import { failureOf, ids, pullAll, sourceHttp } from '../support/pulling.js';

const OPENING = instant('2026-03-01T12:00:00Z');
const models = Object.keys(sampleModels);

let shop: SampleShop | undefined;
afterEach(async () => {
  await shop?.close();
  shop = undefined;
});

async function open(now: () => Instant, openedAt = OPENING): Promise<SampleShop> {
  shop = await startSampleShop({ port: 0, now, openedAt });
  return shop;
}

function pull({ url, token }: SampleShop, model: string, start: Instant, finish: Instant): Promise<SourceRecord[]> {
  const outbound = new Outbound({ allow: [url] });
  return pullAll({
    connector: new SampleConnector(outbound, sourceHttp(outbound)),
    settings: { baseUrl: url },
    credentials: { token },
    model,
    window: { start, finish },
  });
}

const history = plus(OPENING, -90 * DAY);

describe('the sample shop', () => {
  it('has about 5,000 records of its last 90 days', async () => {
    const running = await open(() => OPENING);
    const lists = await Promise.all(models.map((model) => pull(running, model, history, plus(OPENING, 1))));
    const count = lists.reduce((sum, list) => sum + list.length, 0);
    expect(count).toBeGreaterThan(4_500);
    expect(count).toBeLessThan(5_500);
    for (const list of lists) expect(list.length).toBeGreaterThan(50);
  });

  it.each(models)('gives each of its %s once, read day by day', async (model) => {
    const running = await open(() => OPENING);
    const whole = await pull(running, model, history, OPENING);
    const days: SourceRecord[] = [];
    for (let day = 0; day < 90; day += 1) {
      days.push(...(await pull(running, model, plus(history, day * DAY), plus(history, (day + 1) * DAY))));
    }
    expect(days).toHaveLength(whole.length);
    expect(new Set(ids(days))).toEqual(new Set(ids(whole)));
  });

  it('goes on selling while it is open', async () => {
    let now = OPENING;
    const running = await open(() => now);
    now = plus(OPENING, 2 * MINUTE);
    const changed = await Promise.all(models.map((model) => pull(running, model, plus(OPENING, 1), now)));
    expect(changed.flat().length).toBeGreaterThan(20);
    const created = changed.flat().filter(({ createdAt }) => createdAt !== undefined && createdAt > OPENING);
    expect(created.length).toBeGreaterThan(5);
    expect(created.length).toBeLessThan(changed.flat().length);
  });

  it('is the same shop when it is started again', async () => {
    const later = plus(OPENING, 5 * MINUTE);
    const first = await open(() => later);
    const before = await pull(first, 'orders', history, later);
    await first.close();
    expect(await pull(await open(() => later), 'orders', history, later)).toEqual(before);
  });

  it('lets nobody in without its token', async () => {
    const running = await open(() => OPENING);
    const failure = await failureOf(pull({ ...running, token: 'wrong' }, 'orders', history, OPENING));
    expect(failure).toMatchObject({ code: 'credential_invalid' });
  });

  it('is described by its settings as any rest source is', async () => {
    const { url, token, settings } = await open(() => OPENING);
    const outbound = new Outbound({ allow: [url] });
    const connector = new RestConnector(outbound, sourceHttp(outbound));
    expect(connector.validate(settings, { token })).toEqual([]);
    const records = await pullAll({ connector, settings, credentials: { token }, model: 'payments', mode: 'full' });
    expect(records.length).toBeGreaterThan(500);
  });
});
