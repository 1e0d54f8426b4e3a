import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { instant } from '../../src/domain/time/instant.js';
import { query } from '../support/postgres.js';
import { DAILY_IN_LONDON, linkedConnection, syncOf } from '../support/schedules.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

const NOW = '2022-07-13T15:00:00.000Z';

let world: World;
let client: TestClient;
let syncId: string;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  world.clock.set(instant(NOW));
  client = await world.newClient();
  syncId = await syncOf(client, { schedule: DAILY_IN_LONDON });
});

const ask = (body: unknown, of: string = syncId) => client.api('POST', `/v1/syncs/${of}/runs`, body);
const abort = (runId: string) => client.api('POST', `/v1/runs/${runId}/abort`);
/** Where a refused body is wrong, and what with. */
const wrong = ({ body }: { body: { errors?: { pointer: string; code: string }[] } }) =>
  (body.errors ?? []).map(({ pointer, code }) => `${pointer} ${code}`);

/** A sync of a connection whose `orders` tell when they were made, and whose `stock` tells no instant at all. */
async function syncOfTellingModels(): Promise<string> {
  const company = await client.api('POST', '/v1/companies', { name: 'Corner Shop' });
  const models = {
    orders: { path: '/orders', idField: 'id', updatedAtField: 'updatedAt', createdAtField: 'createdAt' },
    products: { path: '/products', idField: 'id', updatedAtField: 'updatedAt' },
    stock: { path: '/stock', idField: 'id' },
  };
  const connection = await client.api('POST', `/v1/companies/${company.body.id}/connections`, {
    platform: 'rest',
    name: 'Till',
    settings: { baseUrl: 'https://shop.example.com', models },
  });
  return (await client.api('POST', `/v1/connections/${connection.body.id}/syncs`, {})).body.id;
}

describe('a run asked for', () => {
  it('has every default filled in', async () => {
    const { status, body, headers } = await ask({ type: 'full' });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/v1/runs/${body.id}`);
    expect(body).toMatchObject({
      trigger: 'full',
      state: 'created',
      mode: 'full',
      models: [],
      syncOnly: false,
      range: { start: null, finish: NOW },
      syncSince: null,
      syncSinceBy: null,
      syncLast: null,
      syncLastBy: null,
      force: false,
      reason: null,
      rerunOf: null,
      causedBy: null,
      partial: false,
      periodId: null,
    });
    expect((await client.api('GET', `/v1/runs/${body.id}`)).body).toEqual(body);
  });

  it.each(['latest', 'full'])('takes every parameter with %s, and what goes without saying', async (type) => {
    const { body } = await ask({
      type,
      models: ['orders'],
      syncSince: '2022-07-01T02:00:00+02:00',
      syncLast: 50,
      reason: 'Prices were wrong',
      force: true,
    });
    expect(body).toMatchObject({
      models: ['orders'],
      syncSince: '2022-07-01T00:00:00.000Z',
      syncSinceBy: 'updated_at',
      syncLast: 50,
      syncLastBy: 'updated_at',
      reason: 'Prices were wrong',
      force: true,
    });
  });

  it('takes null for what may be left out', async () => {
    const nothing = {
      syncSince: null,
      syncSinceBy: null,
      syncLast: null,
      syncLastBy: null,
      reason: null,
      causedBy: null,
    };
    expect((await ask({ type: 'latest', syncTo: null, ...nothing })).status).toBe(201);
  });

  it('reads the models that the source does not announce where it says so', async () => {
    expect((await ask({ type: 'full', models: 'syncOnly' })).body).toMatchObject({ models: [], syncOnly: true });
  });

  it('covers nothing with a filter or with some of the models, and puts no due date aside', async () => {
    const before = (await client.api('GET', `/v1/syncs/${syncId}`)).body.nextPeriod;
    for (const part of [
      { syncSince: '2022-07-01T00:00:00Z' },
      { syncLast: 1 },
      { models: ['orders'] },
      { models: 'syncOnly' },
    ]) {
      const { body } = await ask({ type: 'latest', ...part });
      expect(body).toMatchObject({
        trigger: 'latest',
        periodId: null,
        range: { start: '2022-04-30T23:00:00.000Z', finish: NOW },
      });
      expect((await client.api('GET', `/v1/syncs/${syncId}`)).body.nextPeriod).toEqual(before);
      expect((await abort(body.id)).body.state).toBe('aborted');
    }
    expect((await ask({ type: 'latest', models: [] })).body.periodId).toMatch(/^per_/);
  });

  it.each([
    [{ syncLast: 0 }, ['/syncLast out_of_range']],
    [{ syncLast: -1 }, ['/syncLast out_of_range']],
    [{ syncLast: 10_001 }, ['/syncLast out_of_range']],
    [{ syncLast: 1.5 }, ['/syncLast invalid_type']],
    [{ syncLast: '5' }, ['/syncLast invalid_type']],
    [{ syncLast: 1, syncLastBy: 'updatedAt' }, ['/syncLastBy unsupported_value']],
    [{ syncLastBy: 'created_at' }, ['/syncLastBy not_applicable']],
    [{ syncSinceBy: 'updated_at' }, ['/syncSinceBy not_applicable']],
    [{ syncSinceBy: 'updated_at', syncSince: null }, ['/syncSinceBy not_applicable']],
    [{ syncSince: 'yesterday' }, ['/syncSince invalid_date']],
    [{ syncSince: '2022-07-01' }, ['/syncSince invalid_date']],
    [{ syncSince: 1_657_000_000 }, ['/syncSince invalid_type']],
    [{ syncSince: '1969-12-31T23:59:59Z' }, ['/syncSince date_out_of_range']],
    [{ syncSince: '2022-07-13T15:00:00.001Z' }, ['/syncSince date_out_of_range']],
    [{ models: 'all' }, ['/models invalid_type']],
    [{ models: ['orders', 7, 'orders'] }, ['/models/1 invalid_type', '/models/2 duplicate_value']],
    [{ models: ['refunds'] }, ['/models/0 unknown_reference']],
    [{ reason: '' }, ['/reason too_short']],
    [{ reason: 'x'.repeat(201) }, ['/reason too_long']],
    [{ reason: 'two\nlines' }, ['/reason invalid_characters']],
    [{ causedBy: 'run_1' }, ['/causedBy unknown_reference']],
    [{ causedBy: `run_${'0'.repeat(26)}` }, ['/causedBy unknown_reference']],
    [{ syncTo: NOW }, ['/syncTo unknown_field']],
    [
      { force: 'yes', syncLast: 0, models: 'all' },
      ['/force invalid_type', '/models invalid_type', '/syncLast out_of_range'],
    ],
  ])('is refused with %j', async (part, problems) => {
    const answer = await ask({ type: 'full', ...part });
    expect(answer.status).toBe(422);
    expect(wrong(answer)).toEqual(problems);
  });

  it('is refused by an instant that a model does not tell, by its name', async () => {
    const telling = await syncOfTellingModels();
    const models = ['orders', 'products'];
    expect(wrong(await ask({ type: 'full', models, syncLast: 5, syncLastBy: 'created_at' }, telling))).toEqual([
      '/syncLastBy not_applicable',
    ]);
    const stock = await ask({ type: 'full', syncSince: '2022-07-01T00:00:00Z' }, telling);
    expect(wrong(stock)).toEqual(['/syncSince not_applicable']);
    expect(stock.body.detail).toContain('updatedAt of stock');
    const created = { syncSince: '2022-07-01T00:00:00Z', syncSinceBy: 'created_at' };
    expect((await ask({ type: 'full', models: ['orders'], ...created }, telling)).status).toBe(201);
  });
});

describe('one run at a time', () => {
  it('is let in of twenty asked for at once, and the others are told which', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask({ type: 'latest' })));
    const made = answers.filter(({ status }) => status === 201);
    expect(made).toHaveLength(1);
    const refused = answers.filter(({ status }) => status !== 201);
    for (const { status, body } of refused)
      expect({ status, ...body }).toMatchObject({ status: 409, code: 'run_active', activeRunId: made[0]?.body.id });
  });
});

describe('a run that another one caused', () => {
  it('shows by which, and is refused where its own sync is among the causes', async () => {
    const other = await syncOf(client);
    const third = await syncOf(client);
    const first = (await ask({ type: 'full' })).body.id;
    const second = await ask({ type: 'full', causedBy: first }, other);
    expect(second.body).toMatchObject({ causedBy: first });
    const last = await ask({ type: 'full', causedBy: second.body.id }, third);
    expect(last.status).toBe(201);
    await abort(first);
    for (const causedBy of [first, second.body.id, last.body.id])
      expect(await ask({ type: 'full', causedBy })).toMatchObject({ status: 409, body: { code: 'run_loop' } });
    expect((await ask({ type: 'full' })).status).toBe(201);
  });

  it('is told to be active, and not a loop, where both are so', async () => {
    const first = (await ask({ type: 'full' })).body.id;
    expect((await ask({ type: 'full', causedBy: first })).body).toMatchObject({
      code: 'run_active',
      activeRunId: first,
    });
  });

  it('cannot hide the loop by being repeated', async () => {
    const other = await syncOf(client);
    const first = (await ask({ type: 'full' })).body.id;
    const second = (await ask({ type: 'full', causedBy: first }, other)).body.id;
    await abort(first);
    await abort(second);
    const again = await client.api('POST', `/v1/runs/${second}/rerun`);
    expect(again.body).toMatchObject({ rerunOf: second, causedBy: first });
    expect((await ask({ type: 'full', causedBy: again.body.id })).body.code).toBe('run_loop');
  });
});

describe('the runs there are', () => {
  it('are in progress, and after ten minutes said to be so for long', async () => {
    const { body: run } = await ask({ type: 'full' });
    expect(run).toMatchObject({ statusCode: 1000, status: 'In progress' });
    world.clock.advance(600_000);
    expect((await client.api('GET', `/v1/runs/${run.id}`)).body.statusCode).toBe(1000);
    world.clock.advance(1);
    expect((await client.api('GET', `/v1/syncs/${syncId}/runs`)).body.data).toMatchObject([
      { statusCode: 1010, status: 'In progress for more than ten minutes' },
    ]);
  });

  it('can be listed by what they came from', async () => {
    const other = await syncOf(client);
    const full = (await ask({ type: 'full' })).body.id;
    const range = { type: 'range', start: '2022-06-01T00:00:00Z', finish: '2022-06-02T00:00:00Z' };
    const ranged = (await ask(range, other)).body.id;
    const listed = async (path: string) =>
      (await client.api('GET', path)).body.data.map(({ id }: { id: string }) => id);
    expect(await listed('/v1/runs?trigger=full')).toEqual([full]);
    expect(await listed('/v1/runs?trigger=range')).toEqual([ranged]);
    expect(await listed(`/v1/syncs/${syncId}/runs?trigger=range`)).toEqual([]);
    expect((await client.api('GET', '/v1/runs?trigger=whim')).body).toMatchObject({
      code: 'invalid_parameter',
      parameter: 'trigger',
    });
  });
});

describe('a run repeated', () => {
  const finish = (runId: string, periodStatus: string) =>
    query(
      world.database.superuserUrl,
      `with period as (update sync_period set status = $2, settled_at = $3 where run_id = $1)
       update run set state = 'errored', finished_at = $3 where id = $1`,
      [runId, periodStatus, NOW],
    );
  const repeat = (runId: string, body?: unknown) => client.api('POST', `/v1/runs/${runId}/rerun`, body);

  it('has the models, the mode and the filter of the first, and says which it repeats', async () => {
    const asked = { models: ['orders'], syncSince: '2022-07-01T00:00:00.000Z', syncLast: 7, force: true };
    const first = (await ask({ type: 'full', ...asked, reason: 'once' })).body;
    await abort(first.id);
    world.clock.advance(60_000);
    const again = await repeat(first.id, { force: false, reason: 'twice' });
    expect(again.headers.get('location')).toBe(`/v1/runs/${again.body.id}`);
    expect(again.body).toMatchObject({
      ...asked,
      force: false,
      reason: 'twice',
      rerunOf: first.id,
      trigger: 'full',
      mode: 'full',
      periodId: null,
      range: { start: null, finish: '2022-07-13T15:01:00.000Z' },
    });
    await abort(again.body.id);
    expect((await repeat(first.id)).body).toMatchObject({ force: true, reason: null });
  });

  it('closes the gap of a failed period', async () => {
    const first = (await ask({ type: 'latest', syncTo: '2022-06-01T00:00:00Z' })).body;
    await finish(first.id, 'failed');
    const again = (await repeat(first.id)).body;
    expect(again).toMatchObject({ trigger: 'range', rerunOf: first.id, range: first.range });
    expect(again.periodId).not.toBe(first.periodId);
    expect(again.periodId).toMatch(/^per_/);
  });

  it('is refused where its range has been covered, unless forced', async () => {
    const first = (await ask({ type: 'latest', syncTo: '2022-06-01T00:00:00Z' })).body;
    await finish(first.id, 'succeeded');
    await query(world.database.superuserUrl, `update sync set watermark = '2022-06-01T00:00:00Z' where id = $1`, [
      syncId,
    ]);
    expect((await repeat(first.id)).body).toMatchObject({ code: 'period_overlap', conflictingRange: first.range });
    expect((await repeat(first.id, { force: true })).body).toMatchObject({ force: true, periodId: null });
  });

  it('is refused while it is active itself, or another of its sync is', async () => {
    const first = (await ask({ type: 'full' })).body.id;
    expect((await repeat(first)).body).toMatchObject({ code: 'run_active', activeRunId: first });
    await abort(first);
    const second = (await ask({ type: 'full' })).body.id;
    expect((await repeat(first)).body).toMatchObject({ code: 'run_active', activeRunId: second });
  });

  it('covers nothing where the sync has come to read something else', async () => {
    const first = (await ask({ type: 'latest' })).body;
    await finish(first.id, 'failed');
    await client.api('PATCH', `/v1/syncs/${syncId}`, { models: ['orders'] });
    expect((await repeat(first.id)).body).toMatchObject({ models: [], periodId: null });
  });

  it.each([
    [{ force: 1 }, ['/force invalid_type']],
    [{ reason: '\u0000' }, ['/reason invalid_characters']],
    [{ models: [] }, ['/models unknown_field']],
    [[], [' invalid_type']],
  ])('is refused with %j', async (body, problems) => {
    const first = (await ask({ type: 'full' })).body.id;
    await abort(first);
    expect(wrong(await repeat(first, body))).toEqual(problems);
  });
});

describe('a connection with a first run', () => {
  const settings = { baseUrl: 'https://shop.example.com', models: { orders: { path: '/orders' } } };
  const connect = async (body: Record<string, unknown>) => {
    const company = await client.api('POST', '/v1/companies', { name: 'Corner Shop' });
    return client.api('POST', `/v1/companies/${company.body.id}/connections`, {
      platform: 'rest',
      name: 'Till',
      settings,
      ...body,
    });
  };

  it('has a sync of all models, and a full run of it', async () => {
    const { status, body } = await connect({ syncOnInstall: true });
    expect(status).toBe(201);
    const sync = await client.api('GET', `/v1/syncs/${body.install.syncId}`);
    expect(sync.body).toMatchObject({
      connectionId: body.id,
      models: [],
      enabled: true,
      state: 'unscheduled',
      schedule: null,
    });
    const run = await client.api('GET', `/v1/runs/${body.install.runId}`);
    expect(run.body).toMatchObject({
      syncId: sync.body.id,
      trigger: 'install',
      mode: 'full',
      state: 'created',
      requestedBy: expect.stringMatching(/^key_/),
    });
  });

  it('has none unless it is asked for', async () => {
    for (const body of [{}, { syncOnInstall: false }]) {
      const answer = await connect(body);
      expect(answer.body.install).toBeNull();
      expect((await client.api('GET', `/v1/connections/${answer.body.id}/syncs`)).body.data).toEqual([]);
    }
  });

  it('is not made where it would wait for credentials', async () => {
    const waiting = { settings: { ...settings, auth: { type: 'bearer' } }, syncOnInstall: true };
    const answer = await connect(waiting);
    expect(answer.status).toBe(422);
    expect(wrong(answer)).toEqual(['/syncOnInstall not_applicable']);
    const { body } = await client.api('GET', '/v1/connections?state=pendingAuth');
    expect(body.data).toEqual([]);
    expect((await connect({ ...waiting, credentials: { token: 't' } })).body.install).not.toBeNull();
  });

  it('is refused by anything but a yes or no', async () => {
    expect(wrong(await connect({ syncOnInstall: 'yes' }))).toEqual(['/syncOnInstall invalid_type']);
  });

  it('needs no more of a connection that has been there', async () => {
    const connection = await linkedConnection(client);
    const { body } = await client.api('GET', `/v1/connections/${connection}`);
    expect(body).not.toHaveProperty('install');
  });
});
