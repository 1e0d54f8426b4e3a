import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { instant, type Instant } from '../../src/domain/time/instant.js';
import { allowPage, openPage, type OpenedPage } from '../support/flow.js';
import { connectShop, type ShopOfACompany } from '../support/shop-of-a-company.js';
import { Source } from '../support/source.js';
import { startWorld, type Answer, type TestClient, type World } from '../support/world.js';

const NOW: Instant = instant('2026-11-22T12:00:00Z');
const schedule = { selectedFrequency: 'Weekly', startDate: '1999-03-04', syncHour: 7, timeZone: 'Asia/Kathmandu' };
/** What nobody can know who is not told the configuration. */
const CONFIGURED = ['Weekly'];
/** What both the configuration and the status tell: the first period begins on the start date, and its dates are days of the zone. */
const IN_BOTH = ['1999-03-04', 'Kathmandu'];
const ALL = ['config:read', 'config:write', 'status:read', 'action:pause', 'action:sync_now'] as const;
type Scope = (typeof ALL)[number];

let world: World;
let source: Source;
let acme: TestClient;
let shop: ShopOfACompany;
beforeAll(async () => {
  source = await Source.start();
  world = await startWorld({ outboundAllow: [source.origin] });
  acme = await world.newClient('Acme');
  await allowPage(acme);
  await acme.api('PATCH', '/v1/client', { frequencyOptions: ['Daily', 'Weekly'], maxBackfill: 'P1Y' });
});
afterAll(async () => {
  await world.close();
  await source.close();
});
beforeEach(async () => {
  world.clock.set(NOW);
  await acme.api('PATCH', '/v1/client', { maxBackfill: null });
  shop = await connectShop(acme, source, { schedule });
  await acme.api('PATCH', '/v1/client', { maxBackfill: 'P1Y' });
});

const open = (scopes: readonly Scope[]) => openPage(world, acme, shop.companyId, { scopes });
const every = (sets: readonly (readonly Scope[])[], scope: Scope): (readonly Scope[])[] =>
  sets.flatMap((set) => [set, [...set, scope]]);
const SETS = ALL.reduce(every, [[]] as (readonly Scope[])[]).filter((set) => set.length > 0);
const isBlind = (set: readonly Scope[]) => set.includes('config:write') && !set.includes('config:read');
/** Every set of scopes but the empty one and those that change what they may not read, which no session has. */
const GRANTED = SETS.filter((set) => !isBlind(set));

/** Every request of the page, in an order in which none stands in another's way. */
async function everyAnswer({ page }: OpenedPage): Promise<Readonly<Record<string, Answer>>> {
  const preview = await page('POST', '/flow/v1/preview', { configuration: {} });
  const { fingerprint = 'none' } = preview.body;
  return {
    session: await page('GET', '/flow/v1/session'),
    preview,
    status: await page('GET', '/flow/v1/status'),
    runs: await page('GET', '/flow/v1/runs'),
    conflict: await page('PUT', '/flow/v1/configuration', { configuration: {}, fingerprint }),
    stale: await page('PUT', '/flow/v1/configuration', { configuration: {}, fingerprint: 'x' }, { 'if-match': '*' }),
    save: await page('PUT', '/flow/v1/configuration', { configuration: {}, fingerprint }, { 'if-match': '*' }),
    pause: await page('POST', '/flow/v1/actions/pause'),
    resume: await page('POST', '/flow/v1/actions/resume'),
    syncNow: await page('POST', '/flow/v1/actions/sync-now'),
  };
}

/** Without which a request is refused. */
const NEEDS: Readonly<Record<string, readonly Scope[]>> = {
  preview: ['config:read'],
  status: ['status:read'],
  runs: ['status:read'],
  conflict: ['config:read', 'config:write'],
  stale: ['config:read', 'config:write'],
  save: ['config:read', 'config:write'],
  pause: ['action:pause'],
  resume: ['action:pause'],
  syncNow: ['action:sync_now'],
};

/** What of it an action brought beside. */
const toldBy = ({ body, headers }: Answer) => ({
  status: body.status !== null,
  versions: body.version !== null && body.previousVersion !== null,
  etag: headers.get('etag') !== null,
});

describe('a session', () => {
  it.each(GRANTED.map((set) => [set.join(' '), set] as const))(
    'with %s is told that, and no more',
    async (_, scopes) => {
      const answers = await everyAnswer(await open(scopes));
      const has = (scope: Scope) => scopes.includes(scope);
      for (const [name, needed] of Object.entries(NEEDS))
        expect({ name, isRefused: answers[name]?.status === 403 }).toEqual({ name, isRefused: !needed.every(has) });
      expect(answers['session']?.status === 403).toBe(!has('config:read') && !has('status:read'));
      const text = JSON.stringify(Object.values(answers).map(({ body }) => body));
      const secrets = [
        ...(has('config:read') ? [] : CONFIGURED),
        ...(has('config:read') || has('status:read') ? [] : IN_BOTH),
        ...(has('status:read') ? [] : ['coveredThrough', 'nextDueAt']),
      ];
      expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
      const acted = ['pause', 'resume', 'syncNow'].flatMap((action) => answers[action] ?? []);
      const told = acted.filter(({ status }) => status === 200).map(toldBy);
      const allowed = { status: has('status:read'), versions: has('config:read'), etag: has('config:read') };
      expect(told).toEqual(told.map(() => allowed));
    },
  );

  it.each(SETS.filter(isBlind).map((set) => [set] as const))('with %j cannot be had', async (scopes) => {
    const answer = await acme.api('POST', `/v1/companies/${shop.companyId}/flow-sessions`, { scopes });
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/scopes', code: 'not_applicable' }] },
    });
    expect(answer.body.errors).toHaveLength(1);
  });

  it('that reads the status alone is told in which zone its dates are days, and from which hour', async () => {
    const told = { timeZone: 'Asia/Kathmandu', syncHour: 7 };
    const { page } = await open(['status:read', 'action:pause']);
    expect((await page('GET', '/flow/v1/session')).body).toMatchObject({ configuration: null, status: told });
    expect((await page('GET', '/flow/v1/status')).body).toMatchObject(told);
    expect((await page('POST', '/flow/v1/actions/pause')).body.status).toMatchObject(told);
    const { companyId } = await connectShop(acme, source);
    const blank = await openPage(world, acme, companyId, { scopes: ['status:read'] });
    expect((await blank.page('GET', '/flow/v1/status')).body).toMatchObject({ timeZone: null, syncHour: null });
  });

  it.each([
    [['action:sync_now'], false],
    [['action:sync_now', 'status:read'], true],
  ] as const)('with %j that is refused an action is told when the first period starts: %s', async (scopes, isTold) => {
    const future = { ...schedule, startDate: '2027-03-04' };
    shop = await connectShop(acme, source, { schedule: future });
    const { body } = await (await open(scopes)).page('POST', '/flow/v1/actions/sync-now');
    expect(body.code).toBe('start_date_not_reached');
    expect(JSON.stringify(body).includes('2027-03-04')).toBe(isTold);
  });

  it('that reads the status alone finds bounds and choices as of a sync that is not set up', async () => {
    const { body } = await (await open(['status:read'])).page('GET', '/flow/v1/session');
    expect(body).toMatchObject({
      configuration: null,
      version: null,
      options: { frequencies: ['Daily'] },
      constraints: { startDate: { min: '2025-11-23', locked: false } },
      defaults: { selectedFrequency: 'Daily', startDate: '2026-11-01', syncHour: 0 },
      status: { state: 'not_started' },
    });
  });
});
