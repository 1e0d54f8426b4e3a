import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { allowPage, openPage, pageWith, type OpenedPage } from '../support/flow.js';
import { linkedConnection } from '../support/schedules.js';
import { startWorld, type Answer, type TestClient, type World } from '../support/world.js';

let world: World;
let acme: TestClient;
let companyId: string;
let opened: OpenedPage;
beforeAll(async () => {
  world = await startWorld();
  acme = await world.newClient();
  await allowPage(acme);
  companyId = (await acme.api('GET', `/v1/connections/${await linkedConnection(acme)}`)).body.companyId;
});
afterAll(() => world.close());
beforeEach(async () => {
  opened = await openPage(world, acme, companyId);
});

const own = () => new URL(world.baseUrl).origin;
const exchange = (code: string, origin = own()) =>
  pageWith(world, '', origin)('POST', '/flow/v1/hosted/exchange', { sessionId: opened.id, code });

/** Sends in bundles until one is refused for being too many: a window may end on the way. */
async function untilTooMany(send: (place: number) => Promise<Answer>, limit: number): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  while (answers.length < 3 * limit && !answers.some(({ status }) => status === 429))
    answers.push(...(await Promise.all(Array.from({ length: 25 }, (_, place) => send(place)))));
  return answers;
}

const tooMany = (answers: readonly Answer[]) => answers.filter(({ status }) => status === 429);

describe('an address that tries links', () => {
  it('is told to wait, whatever its links are refused for, while a right one still opens', async () => {
    const wrong = () => exchange('x'.repeat(43));
    const foreign = () => exchange(opened.code, 'https://evil.example');
    const answers = await untilTooMany((place) => (place % 2 === 0 ? wrong() : foreign()), 300);
    const [refused] = tooMany(answers);
    expect(refused?.body).toMatchObject({ code: 'rate_limited' });
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answers.length).toBeGreaterThanOrEqual(275);
    expect((await exchange(opened.code)).status).toBe(200);
  }, 120_000);
});

describe('behind a proxy', () => {
  const opens = (at: World, headers: Record<string, string>) =>
    pageWith(at, '', null)('GET', `/f/${opened.id}`, undefined, headers);
  const behind = (settings: Record<string, string>, work: (at: World) => Promise<void>) => async () => {
    const at = await startWorld({ settings });
    try {
      await work(at);
    } finally {
      await at.close();
    }
  };

  it(
    'that is trusted, each address has its own pages, and a /64 is one',
    behind({ TRUSTED_PROXIES: 'loopback' }, async (at) => {
      const from = (address: string) => opens(at, { 'x-forwarded-for': address });
      const answers = await untilTooMany((place) => from(`2001:db8:0:1::${place}`), 600);
      expect(tooMany(answers).length).toBeGreaterThan(0);
      const others = await Promise.all(['2001:db8:0:2::1', '192.0.2.1', '127.0.0.1'].map(from));
      expect(others.map(({ status }) => status)).toEqual([200, 200, 200]);
    }),
    120_000,
  );

  it(
    'that nobody named, one caller shuts out no other',
    behind({ PUBLIC_URL: 'https://sync.example.com' }, async (at) => {
      const answers = await untilTooMany(() => opens(at, {}), 250);
      expect(answers.length).toBeGreaterThan(700);
      expect(tooMany(answers)).toEqual([]);
    }),
    120_000,
  );
});

describe('an address that opens hosted pages', () => {
  it('is told to wait when there are too many', async () => {
    // Of a proxy that nobody named, what is said to be the caller's address counts for nothing.
    const open = (place: number) =>
      pageWith(world, '', null)('GET', `/f/${opened.id}`, undefined, { 'x-forwarded-for': `192.0.2.${place}` });
    const answers = await untilTooMany(open, 600);
    const [refused] = tooMany(answers);
    expect(refused?.body).toMatchObject({ code: 'rate_limited' });
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answers.length).toBeGreaterThanOrEqual(575);
    expect(refused?.headers.get('content-security-policy')).toContain(`default-src 'none'`);
  }, 120_000);
});
