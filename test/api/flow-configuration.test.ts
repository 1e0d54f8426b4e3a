import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY, instant, plus, toIso, type Instant } from '../../src/domain/time/instant.js';
import { allowPage, openPage, type OpenedPage } from '../support/flow.js';
import { linkedConnection, openPeriodSucceeds } from '../support/schedules.js';
import { startWorld, type Answer, type TestClient, type World } from '../support/world.js';

const NOW: Instant = instant('2026-11-22T16:32:00Z');
/** What a merchant in London chooses who changes nothing. */
const LONDON = { startDate: '2026-10-01', timeZone: 'Europe/London' };

let world: World;
let acme: TestClient;
let connectionId: string;
let companyId: string;
let merchant: OpenedPage;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  world.clock.set(NOW);
  acme = await world.newClient('Acme POS');
  await allowPage(acme);
  connectionId = await linkedConnection(acme);
  companyId = (await acme.api('GET', `/v1/connections/${connectionId}`)).body.companyId;
  merchant = await open({ actor: { id: 'u_7', name: 'Sam' } });
});

const open = (body: Record<string, unknown> = {}) => openPage(world, acme, companyId, body);
const bootstrap = async (query = '') => (await merchant.page('GET', `/flow/v1/session${query}`)).body;
const preview = (configuration: Record<string, unknown>, more: Record<string, unknown> = {}, by = merchant) =>
  by.page('POST', '/flow/v1/preview', { configuration, ...more });
const put = (body: Record<string, unknown>, headers: Record<string, string> = {}, by = merchant) =>
  by.page('PUT', '/flow/v1/configuration', body, headers);

/** Previews and saves, as the page does. */
async function save(configuration: Record<string, unknown>, headers: Record<string, string> = {}, by = merchant) {
  const { fingerprint } = (await preview(configuration, {}, by)).body;
  return put({ configuration, fingerprint }, headers, by);
}

async function syncOfCompany(): Promise<string> {
  return (await acme.api('GET', `/v1/syncs?companyId=${companyId}`)).body.data[0].id;
}

describe('the first answer to the page', () => {
  it('holds all that it needs to be drawn', async () => {
    const answer = await merchant.page('GET', '/flow/v1/session');
    expect(answer.headers.get('etag')).toBeNull();
    expect(answer.body).toEqual({
      session: {
        id: merchant.id,
        view: 'auto',
        scopes: ['config:read', 'config:write', 'status:read', 'action:pause', 'action:sync_now'],
        readOnly: false,
        features: {},
        expiresAt: toIso(plus(NOW, 1_800_000)),
        locale: null,
        timeZone: null,
        redirectUrl: null,
        allowedOrigins: ['https://app.acme.com'],
      },
      app: { name: 'Acme POS', branding: { theme: {}, logoUrl: null } },
      company: { name: 'Corner Shop' },
      source: { platform: 'rest', name: 'Till', state: 'linked' },
      target: null,
      text: {},
      options: {
        models: [
          { name: 'orders', title: 'Orders', description: null, required: false },
          { name: 'products', title: 'Products', description: null, required: false },
        ],
        frequencies: ['Daily'],
        syncHour: { editable: false },
      },
      constraints: { startDate: { min: '1970-01-01', max: '2100-12-31', locked: false } },
      defaults: {
        models: ['orders', 'products'],
        selectedFrequency: 'Daily',
        interval: null,
        startDate: '2026-11-01',
        syncHour: 0,
        timeZone: null,
      },
      configuration: null,
      version: null,
      status: null,
    });
  });

  it('follows the client’s settings and what the session was opened with', async () => {
    await acme.api('PATCH', '/v1/client', {
      defaultSyncHour: 4,
      frequencyOptions: ['Daily', 'Weekly'],
      maxBackfill: 'P1M',
      branding: {
        targetName: 'Xero',
        theme: { accent: '#0a6b4f', size: 3 },
        logoUrl: 'https://app.acme.com/logo.svg',
        internal: 'secret',
        models: { orders: { title: 'Sales', description: 'Every sale', required: true } },
      },
    });
    const session = { locale: 'en-GB', timeZone: 'Asia/Tokyo', features: { syncHour: true, frequency: true } };
    merchant = await open({ ...session, merchantName: '<b>Corner</b>', redirectUrl: 'https://app.acme.com/done' });
    const answer = await bootstrap();
    expect(answer).toMatchObject({
      session: { locale: 'en-GB', timeZone: 'Asia/Tokyo', redirectUrl: 'https://app.acme.com/done' },
      app: { branding: { theme: { accent: '#0a6b4f' }, logoUrl: 'https://app.acme.com/logo.svg' } },
      company: { name: '<b>Corner</b>' },
      target: { name: 'Xero' },
      options: { frequencies: ['Daily', 'Weekly'], syncHour: { editable: true } },
      constraints: { startDate: { min: '2026-10-24' } },
      defaults: { syncHour: 4, timeZone: 'Asia/Tokyo', startDate: '2026-11-01' },
    });
    expect(answer.options.models[0]).toEqual({
      name: 'orders',
      title: 'Sales',
      description: 'Every sale',
      required: true,
    });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  it('proposes a start date that may be chosen', async () => {
    await acme.api('PATCH', '/v1/client', { maxBackfill: 'P7D' });
    const { constraints, defaults } = await bootstrap();
    expect(defaults.startDate).toBe(constraints.startDate.min);
    expect((await preview({ startDate: defaults.startDate })).status).toBe(200);
  });

  it('holds the client’s own texts for the page’s language', async () => {
    await acme.api('PATCH', '/v1/flow-text', { text: { 'flow.what.heading': 'Records', 'flow.common.back': '' } });
    await acme.api('PATCH', '/v1/flow-text?locale=pt-br', { text: { 'flow.what.heading': 'Dados' } });
    expect((await bootstrap()).text).toEqual({ 'flow.what.heading': 'Records', 'flow.common.back': '' });
    expect((await bootstrap('?locale=en-GB')).text).toMatchObject({ 'flow.what.heading': 'Records' });
    expect((await bootstrap('?locale=pt-BR')).text).toEqual({ 'flow.what.heading': 'Dados' });
    expect((await bootstrap('?locale=de')).text).toEqual({});
  });
});

describe('a preview', () => {
  it('shows what saving would lead to, in the merchant’s days', async () => {
    expect((await preview({ ...LONDON, startDate: '2026-10-20' })).body).toMatchObject({
      configuration: {
        models: ['orders', 'products'],
        selectedFrequency: 'Daily',
        interval: null,
        startDate: '2026-10-20',
        syncHour: 0,
        timeZone: 'Europe/London',
      },
      periods: [
        { start: '2026-10-19T23:00:00.000Z', dueDate: '2026-11-23T00:00:00.000Z', days: 34, kind: 'first' },
        { dueDate: '2026-11-24T00:00:00.000Z', days: 1, lengthHours: 24, kind: 'regular' },
        { dueDate: '2026-11-25T00:00:00.000Z', days: 1 },
      ],
      warnings: [{ kind: 'long_catch_up' }],
      typicalDelayMinutes: null,
    });
  });

  it('fills in what is left out', async () => {
    merchant = await open({ timeZone: 'Asia/Tokyo' });
    const { configuration } = (await preview({})).body;
    expect(configuration).toEqual((await bootstrap()).defaults);
  });

  it('shows as many periods as are asked for, under one fingerprint', async () => {
    const [few, many] = [await preview(LONDON, { count: 1 }), await preview(LONDON, { count: 400 })];
    expect([few.body.periods.length, many.body.periods.length]).toEqual([1, 400]);
    expect(few.body.fingerprint).toBe(many.body.fingerprint);
    expect(many.body.warnings.map(({ kind }: { kind: string }) => kind)).toContain('dst_short');
  });

  it.each([
    [{ models: [] }, '/models', 'too_few_items'],
    [{ models: ['orders', 'nothing'] }, '/models/1', 'unknown_reference'],
    [{ models: 'syncOnly' }, '/models', 'invalid_type'],
    [{ models: ['orders', 'orders'] }, '/models/1', 'duplicate_value'],
    [{ selectedFrequency: 'Monthly' }, '/selectedFrequency', 'unsupported_frequency'],
    [{ selectedFrequency: 'Hourly' }, '/selectedFrequency', 'unsupported_frequency'],
    [{ interval: 'PT5M' }, '/interval', 'not_applicable'],
    [{ startDate: '2026-02-30' }, '/startDate', 'invalid_date'],
    [{ startDate: '1969-12-31' }, '/startDate', 'date_out_of_range'],
    [{ syncHour: 3 }, '/syncHour', 'not_applicable'],
    [{ syncHour: 24 }, '/syncHour', 'invalid_sync_hour'],
    [{ timeZone: 'London' }, '/timeZone', 'invalid_time_zone'],
    [{ frequencyOptions: ['Daily'] }, '/frequencyOptions', 'unknown_field'],
  ])('refuses %j', async (configuration, pointer, code) => {
    const answer = await preview(configuration);
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ pointer: `/configuration${pointer}`, code }));
  });

  it.each([
    [{}, '/configuration', 'required'],
    [{ configuration: 7 }, '/configuration', 'invalid_type'],
    [{ configuration: {}, count: 401 }, '/count', 'out_of_range'],
    [{ configuration: {}, now: 'x' }, '/now', 'unknown_field'],
  ])('refuses the body %j', async (body, pointer, code) => {
    const answer = await merchant.page('POST', '/flow/v1/preview', body);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer, code }] } });
  });

  it('tells every problem at once', async () => {
    const { body } = await preview({ models: [], startDate: 'x', timeZone: 'y' });
    expect(body.errors).toHaveLength(3);
  });

  it('wants what is always included', async () => {
    await acme.api('PATCH', '/v1/client', { branding: { models: { orders: { required: true } } } });
    expect(await preview({ models: ['products'] })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/configuration/models', code: 'required' }] },
    });
  });

  it('lets the hour be chosen where the client allows it', async () => {
    merchant = await open({ features: { syncHour: true } });
    expect((await preview({ ...LONDON, syncHour: 5 })).body.configuration.syncHour).toBe(5);
  });
});

describe('saving', () => {
  it('creates the sync, and plans the period that was shown', async () => {
    const { periods, fingerprint } = (await preview(LONDON)).body;
    const answer = await put({ configuration: LONDON, fingerprint });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        configuration: { ...LONDON, models: ['orders', 'products'] },
        firstPeriod: periods[0],
        status: { state: 'not_started', nextDueAt: periods[0].dueDate, coveredThrough: null },
      },
    });
    expect(answer.headers.get('etag')).toBe(`"${answer.body.version}"`);
    const sync = (await acme.api('GET', `/v1/syncs/${await syncOfCompany()}`)).body;
    expect(sync).toMatchObject({
      connectionId,
      models: ['orders', 'products'],
      state: 'active',
      schedule: { syncHourSource: 'systemDefault' },
      nextPeriod: { start: periods[0].start, dueDate: periods[0].dueDate },
    });
    expect(await bootstrap()).toMatchObject({
      configuration: answer.body.configuration,
      version: answer.body.version,
      status: answer.body.status,
    });
  });

  it('sets a sync going that had no schedule', async () => {
    const { id } = (await acme.api('POST', `/v1/connections/${connectionId}/syncs`, { enabled: false })).body;
    expect((await save(LONDON)).status).toBe(200);
    expect((await acme.api('GET', `/v1/syncs/${id}`)).body).toMatchObject({
      enabled: true,
      state: 'active',
      models: [],
    });
  });

  it('is told that midnight has passed, with the periods as they are now', async () => {
    const before = (await preview(LONDON)).body;
    world.clock.set(instant('2026-11-23T00:00:01Z'));
    merchant = await open();
    const stale = await put({ configuration: LONDON, fingerprint: before.fingerprint });
    expect(stale).toMatchObject({ status: 409, body: { code: 'preview_stale' } });
    expect(stale.body.preview.periods[0].dueDate).toBe('2026-11-24T00:00:00.000Z');
    const { fingerprint } = stale.body.preview;
    expect((await put({ configuration: LONDON, fingerprint })).status).toBe(200);
  });

  it('takes the fingerprint of what is saved, and no other', async () => {
    const { fingerprint } = (await preview(LONDON)).body;
    const other = { ...LONDON, startDate: '2026-10-02' };
    expect(await put({ configuration: other, fingerprint })).toMatchObject({ status: 409 });
    expect((await acme.api('GET', `/v1/syncs?companyId=${companyId}`)).body.data).toEqual([]);
  });

  it('is done once for one key, however often it is sent', async () => {
    const { fingerprint } = (await preview(LONDON)).body;
    const key = { 'idempotency-key': 'start-syncing' };
    const body = { configuration: LONDON, fingerprint };
    const first = await put(body, key);
    const again = await put(body, key);
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
    expect(again.headers.get('access-control-allow-origin')).toBe('https://app.acme.com');
    const changed = await put({ ...body, fingerprint: 'other' }, key);
    expect(changed).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
  });

  it('is the same request in another language, and another one under another address', async () => {
    const { fingerprint } = (await preview(LONDON)).body;
    const key = { 'idempotency-key': 'in-two-languages' };
    const send = (query: string) =>
      merchant.page('PUT', `/flow/v1/configuration${query}`, { configuration: LONDON, fingerprint }, key);
    const first = await send('?locale=de');
    for (const query of ['?locale=pt-BR', '', '?locale=de']) {
      const again = await send(query);
      expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
      expect(again.body).toEqual(first.body);
    }
    const other = await merchant.page('POST', '/flow/v1/actions/pause?locale=de', undefined, key);
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
  });

  it('creates one sync, also where two pages save at once', async () => {
    const { fingerprint } = (await preview(LONDON)).body;
    const pages = await Promise.all(Array.from({ length: 8 }, () => open()));
    const answers = await Promise.all(pages.map((by) => put({ configuration: LONDON, fingerprint }, {}, by)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(7);
    expect((await acme.api('GET', `/v1/syncs?companyId=${companyId}`)).body.data).toHaveLength(1);
  });

  it('is refused where the source is not linked', async () => {
    const { fingerprint } = (await preview(LONDON)).body;
    await acme.api('POST', `/v1/connections/${connectionId}/unlink`);
    expect(await put({ configuration: LONDON, fingerprint })).toMatchObject({
      status: 409,
      body: { code: 'connection_not_linked' },
    });
  });
});

describe('editing what is configured', () => {
  let version: string;
  beforeEach(async () => {
    version = (await save(LONDON)).headers.get('etag') ?? '';
  });

  it('needs the version that the page has seen', async () => {
    const saved = await save({ ...LONDON, timeZone: 'Europe/Paris' }, { 'if-match': version });
    expect(saved.status).toBe(200);
    const conflict = await save({ ...LONDON, timeZone: 'Asia/Tokyo' }, { 'if-match': version });
    expect(conflict).toMatchObject({
      status: 412,
      body: {
        code: 'precondition_failed',
        current: saved.body.configuration,
        version: saved.body.version,
        changedBy: 'Sam',
        changedAt: toIso(NOW),
      },
    });
    expect(
      (await save({ ...LONDON, timeZone: 'Asia/Tokyo' }, { 'if-match': `"${conflict.body.version}"` })).status,
    ).toBe(200);
  });

  it('is not a first configuration any more', async () => {
    expect(await save({ ...LONDON, timeZone: 'Asia/Tokyo' })).toMatchObject({ status: 412 });
    expect(await save({ ...LONDON, timeZone: 'Asia/Tokyo' }, { 'if-match': '*' })).toMatchObject({ status: 200 });
  });

  it('of which somebody else took the sync away finds nothing configured', async () => {
    await acme.api('DELETE', `/v1/syncs/${await syncOfCompany()}`);
    expect(await save(LONDON, { 'if-match': version })).toMatchObject({
      status: 412,
      body: { current: null, version: null, changedBy: null, changedAt: null },
    });
  });

  it('goes on from the watermark', async () => {
    world.clock.set(plus(NOW, DAY));
    await openPeriodSucceeds(world, acme, await syncOfCompany());
    merchant = await open();
    const { body } = await preview({ timeZone: 'America/New_York' });
    expect(body.periods[0]).toMatchObject({
      start: '2026-11-23T00:00:00.000Z',
      dueDate: '2026-11-24T05:00:00.000Z',
      lengthHours: 29,
    });
    expect((await bootstrap()).constraints.startDate.locked).toBe(true);
    expect(await preview({ startDate: '2026-10-02' })).toMatchObject({
      status: 409,
      body: { code: 'start_date_locked' },
    });
  });

  it('leaves the period that runs as it is', async () => {
    const unchanged = (await preview({})).body.periods;
    expect(unchanged[0].dueDate).toBe('2026-11-23T00:00:00.000Z');
    expect((await save({}, { 'if-match': version })).body.firstPeriod).toEqual(unchanged[0]);
  });

  it('leaves an hour from the client’s default as it was taken', async () => {
    await acme.api('PATCH', '/v1/client', { defaultSyncHour: 6 });
    const saved = await save({ ...LONDON, timeZone: 'Europe/Paris' }, { 'if-match': version });
    expect(saved.body.configuration.syncHour).toBe(0);
  });

  it('does not choose all the models for a sync that pulls whatever there is', async () => {
    const syncId = await syncOfCompany();
    await acme.api('PATCH', `/v1/syncs/${syncId}`, { models: [] });
    const models = ['products', 'orders'];
    await save({ models, timeZone: 'Europe/Paris' }, { 'if-match': '*' });
    expect((await acme.api('GET', `/v1/syncs/${syncId}`)).body.models).toEqual([]);
    await save({ models: ['orders'] }, { 'if-match': '*' });
    expect((await acme.api('GET', `/v1/syncs/${syncId}`)).body.models).toEqual(['orders']);
  });
});

describe('who edited a sync', () => {
  const edits = async (): Promise<Answer['body'][]> =>
    (await acme.api('GET', `/v1/syncs/${await syncOfCompany()}/edits`)).body.data;

  it('is kept, with what it was before', async () => {
    const { headers } = await save(LONDON);
    const syncId = await syncOfCompany();
    await save({ ...LONDON, timeZone: 'Europe/Paris' }, { 'if-match': headers.get('etag') ?? '' });
    await acme.api('PATCH', `/v1/syncs/${syncId}`, { name: 'orders', lookback: 'PT1H' });
    await acme.api('PUT', `/v1/syncs/${syncId}/schedule`, { selectedFrequency: 'Daily', ...LONDON, syncHour: 3 });
    await merchant.page('POST', '/flow/v1/actions/pause');
    const bySam = { kind: 'flow', apiKeyId: null, sessionId: merchant.id, actor: { id: 'u_7', name: 'Sam' } };
    const byKey = { kind: 'api_key', apiKeyId: expect.stringMatching(/^key_/), sessionId: null, actor: null };
    const list = await edits();
    expect(list.map(({ kind, editedBy }) => [kind, editedBy])).toEqual([
      ['changed', bySam],
      ['changed', byKey],
      ['changed', byKey],
      ['changed', bySam],
      ['created', bySam],
    ]);
    expect(list.map(({ changes }) => changes).slice(0, 4)).toEqual([
      [{ field: 'enabled', before: true, after: false }],
      [
        { field: 'schedule.syncHour', before: 0, after: 3 },
        { field: 'schedule.syncHourSource', before: 'systemDefault', after: 'explicit' },
        { field: 'schedule.timeZone', before: 'Europe/Paris', after: 'Europe/London' },
      ],
      [
        { field: 'name', before: null, after: 'orders' },
        { field: 'lookback', before: null, after: 'PT1H' },
      ],
      [{ field: 'schedule.timeZone', before: 'Europe/London', after: 'Europe/Paris' }],
    ]);
    const created = Object.fromEntries(
      list[4].changes.map(({ field, after }: { field: string; after: unknown }) => [field, after]),
    );
    expect(created).toMatchObject({ models: ['orders', 'products'], 'schedule.startDate': '2026-10-01' });
  });

  it('is not written down for an edit that changes nothing', async () => {
    const { headers } = await save(LONDON);
    await save(LONDON, { 'if-match': headers.get('etag') ?? '' });
    await acme.api('PATCH', `/v1/syncs/${await syncOfCompany()}`, { enabled: true });
    expect(await edits()).toHaveLength(1);
  });

  it('is the client itself to a merchant, where its own code did it', async () => {
    await save(LONDON);
    await acme.api('PATCH', `/v1/syncs/${await syncOfCompany()}`, { name: 'other' });
    expect((await save(LONDON)).body).toMatchObject({ changedBy: 'Acme POS' });
  });
});
