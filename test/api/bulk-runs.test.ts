import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { instant } from '../../src/domain/time/instant.js';
import { DAILY_IN_LONDON } from '../support/schedules.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

let world: World;
let client: TestClient;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  world.clock.set(instant('2022-07-13T15:00:00Z'));
  client = await world.newClient();
});

interface Shop {
  readonly companyId: string;
  readonly connectionId: string;
  readonly syncId: string;
}

async function shop(tags: Record<string, string> = {}, sync: Record<string, unknown> = {}): Promise<Shop> {
  const { api } = client;
  const company = (await api('POST', '/v1/companies', { name: 'Corner Shop', tags })).body.id;
  const connection = await api('POST', `/v1/companies/${company}/connections`, {
    platform: 'rest',
    name: 'Till',
    settings: { baseUrl: 'https://shop.example.com', models: { orders: { path: '/orders' } } },
  });
  const made = await api('POST', `/v1/connections/${connection.body.id}/syncs`, sync);
  return { companyId: company, connectionId: connection.body.id, syncId: made.body.id };
}

const bulk = (body: unknown, headers?: Record<string, string>) => client.api('POST', '/v1/runs/bulk', body, headers);
const full = { type: 'full' };
const idsOf = ({ body }: { body: { data: { syncId: string }[] } }) => body.data.map(({ syncId }) => syncId);
const wrong = ({ body }: { body: { errors?: { pointer: string; code: string }[] } }) =>
  (body.errors ?? []).map(({ pointer, code }) => `${pointer} ${code}`);

describe('runs of many syncs', () => {
  it('start where they can, and the others are told why they cannot', async () => {
    const [plain, scheduled, busy, off, unlinked] = [
      await shop(),
      await shop({}, { schedule: DAILY_IN_LONDON }),
      await shop({}, { schedule: DAILY_IN_LONDON }),
      await shop({}, { schedule: DAILY_IN_LONDON, enabled: false }),
      await shop({}, { schedule: DAILY_IN_LONDON }),
    ];
    const active = await client.api('POST', `/v1/syncs/${busy.syncId}/runs`, full);
    await client.api('POST', `/v1/connections/${unlinked.connectionId}/unlink`);
    const answer = await bulk({ select: { platform: 'rest' }, run: { type: 'latest', reason: 'Prices' } });
    expect(answer.status).toBe(200);
    expect(idsOf(answer)).toEqual([plain, scheduled, busy, off, unlinked].map(({ syncId }) => syncId).toSorted());
    expect(answer.body).toMatchObject({ started: 2, refused: 3, nextCursor: null });
    const results = new Map<string, Record<string, unknown>>(
      answer.body.data.map((one: { syncId: string }) => [one.syncId, one]),
    );
    expect(results.get(plain.syncId)).toMatchObject({ problem: { code: 'sync_unscheduled' } });
    expect(results.get(busy.syncId)).toMatchObject({ problem: { code: 'run_active', activeRunId: active.body.id } });
    expect(results.get(unlinked.syncId)).toMatchObject({ problem: { code: 'connection_not_linked' } });
    for (const { syncId } of [scheduled, off])
      expect(results.get(syncId)).toMatchObject({ run: { syncId, trigger: 'bulk', mode: 'auto', reason: 'Prices' } });
  });

  it('keep the type that was asked for', async () => {
    const { syncId } = await shop();
    const { body } = await bulk({ select: { syncIds: [syncId] }, run: { ...full, force: true } });
    expect(body.data).toMatchObject([{ run: { trigger: 'bulk', mode: 'full', force: true, range: { start: null } } }]);
  });

  it('tell of each sync what of the request does not suit it', async () => {
    const { syncId } = await shop();
    const { body } = await bulk({ select: { syncIds: [syncId] }, run: { ...full, models: ['refunds'] } });
    expect(body.data[0].problem).toMatchObject({
      code: 'validation_failed',
      errors: [{ pointer: '/run/models/0', code: 'unknown_reference' }],
    });
    // The model of this shop tells no instants.
    const last = await bulk({ select: { syncIds: [syncId] }, run: { ...full, syncLast: 3 } });
    expect(last.body.data).toMatchObject([
      { problem: { errors: [{ pointer: '/run/syncLast', code: 'not_applicable' }] } },
    ]);
  });

  it('are of the syncs that fit every member of the selection', async () => {
    const pro = await shop({ plan: 'pro', region: 'eu' });
    const free = await shop({ plan: 'free', region: 'eu' });
    const chosen = async (select: Record<string, unknown>) => idsOf(await bulk({ select, run: full }));
    expect(await chosen({ tags: { region: 'eu' } })).toEqual([pro.syncId, free.syncId].toSorted());
    expect(await chosen({ tags: { plan: 'pro', region: 'eu' } })).toEqual([pro.syncId]);
    expect(await chosen({ tags: { plan: 'pro' }, companyIds: [free.companyId] })).toEqual([]);
    expect(await chosen({ connectionIds: [free.connectionId], platform: 'rest' })).toEqual([free.syncId]);
    expect(await chosen({ platform: 'sample' })).toEqual([]);
    expect(await chosen({ syncIds: [pro.syncId, free.syncId], companyIds: [pro.companyId] })).toEqual([pro.syncId]);
    expect(await chosen({ companyIds: [`com_${'0'.repeat(26)}`] })).toEqual([]);
  });

  it('tell of a sync named that there is none, and of another client’s the same', async () => {
    const { syncId } = await shop();
    const stranger = client;
    client = await world.newClient();
    const own = await shop();
    const unknown = `syn_${'0'.repeat(26)}`;
    const { body } = await bulk({ select: { syncIds: [own.syncId, unknown, syncId] }, run: full });
    expect(body).toMatchObject({ started: 1, refused: 2 });
    for (const id of [unknown, syncId])
      expect(body.data).toContainEqual({ syncId: id, problem: { code: 'not_found', message: expect.any(String) } });
    expect((await stranger.api('GET', '/v1/runs')).body.data).toEqual([]);
  });

  it('go on from page to page, each sync once', async () => {
    const shops = [await shop(), await shop(), await shop()];
    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const answer: Awaited<ReturnType<typeof bulk>> = await bulk({
        select: { platform: 'rest' },
        run: full,
        limit: 2,
        cursor,
      });
      expect(answer.body.refused).toBe(0);
      seen.push(...idsOf(answer));
      cursor = answer.body.nextCursor;
    }
    expect(seen).toEqual(shops.map(({ syncId }) => syncId).toSorted());
  });

  it('go on with the selection they began with, and no other', async () => {
    await shop({ plan: 'pro' });
    await shop({ plan: 'pro' });
    const { nextCursor } = (await bulk({ select: { platform: 'rest' }, run: full, limit: 1 })).body;
    const other = await bulk({ select: { tags: { plan: 'pro' } }, run: full, limit: 1, cursor: nextCursor });
    expect(other).toMatchObject({ status: 400, body: { code: 'invalid_cursor' } });
    expect((await bulk({ select: { platform: 'rest' }, run: full, cursor: 'x' })).body.code).toBe('invalid_cursor');
  });

  it('are asked for once where the same request comes twice', async () => {
    await shop();
    const key = { 'idempotency-key': 'nightly' };
    const first = await bulk({ select: { platform: 'rest' }, run: full }, key);
    const second = await bulk({ select: { platform: 'rest' }, run: full }, key);
    expect(first.body.started).toBe(1);
    expect(second.body).toEqual(first.body);
  });

  it.each([
    [{}, ['/select required', '/run required']],
    [[], [' invalid_type']],
    [{ select: {}, run: full }, ['/select too_few_items']],
    [{ select: { all: true }, run: full }, ['/select/all unknown_field']],
    [{ select: { syncIds: [] }, run: full }, ['/select/syncIds too_few_items']],
    [{ select: { syncIds: 'syn_1' }, run: full }, ['/select/syncIds invalid_type']],
    [{ select: { companyIds: ['con_1'] }, run: full }, ['/select/companyIds unknown_reference']],
    [{ select: { platform: 7 }, run: full }, ['/select/platform invalid_type']],
    [{ select: { tags: { plan: 7 } }, run: full }, ['/select/tags/plan invalid_type']],
    [{ select: { tags: {} }, run: full }, ['/select/tags too_few_items']],
    [{ select: { platform: 'rest' }, run: { type: 'full', syncLast: 0 } }, ['/run/syncLast out_of_range']],
    [{ select: { platform: 'rest' }, run: [] }, ['/run invalid_type']],
    [{ select: { platform: 'rest' }, run: full, limit: 501 }, ['/limit out_of_range']],
    [{ select: { platform: 'rest' }, run: full, cursor: 7 }, ['/cursor invalid_type']],
    [{ select: { platform: 'rest' }, run: full, syncIds: [] }, ['/syncIds unknown_field']],
  ])('are refused with %j', async (body, problems) => {
    const answer = await bulk(body);
    expect(answer.status).toBe(422);
    expect(wrong(answer)).toEqual(problems);
  });
});
