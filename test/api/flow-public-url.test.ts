import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allowPage, openPage, pageWith } from '../support/flow.js';
import { linkedConnection } from '../support/schedules.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

const PUBLIC = 'https://sync.example.com';

let world: World;
let acme: TestClient;
let companyId: string;
beforeAll(async () => {
  world = await startWorld({ settings: { PUBLIC_URL: PUBLIC } });
  acme = await world.newClient();
  await allowPage(acme);
  companyId = (await acme.api('GET', `/v1/connections/${await linkedConnection(acme)}`)).body.companyId;
});
afterAll(() => world.close());

const open = () => openPage(world, acme, companyId);
const exchange = async (origin: string | null) => {
  const { id, code } = await open();
  return pageWith(world, '', origin)('POST', '/flow/v1/hosted/exchange', { sessionId: id, code });
};

describe('with a public address', () => {
  it('links lead there, by whatever name the client’s server reached us', async () => {
    const { body } = await acme.api('POST', `/v1/companies/${companyId}/flow-sessions`, {});
    expect(body.hostedUrl).toMatch(new RegExp(`^${PUBLIC}/f/fs_[0-9a-z]+#c=`));
  });

  it('a page of our own is one of that address, though a proxy hides it', async () => {
    const { status, body } = await exchange(PUBLIC);
    expect(status).toBe(200);
    expect((await pageWith(world, body.token, PUBLIC)('GET', '/flow/v1/session')).status).toBe(200);
  });

  it('the name that a request came to is nobody’s proof', async () => {
    const own = new URL(world.baseUrl).origin;
    expect(await exchange(own)).toMatchObject({ status: 403, body: { code: 'origin_not_allowed' } });
    const { token } = await open();
    expect((await pageWith(world, token, own)('GET', '/flow/v1/session')).status).toBe(403);
    const headers = { 'sec-fetch-site': 'same-origin', 'x-forwarded-host': 'evil.example' };
    const evil = await pageWith(world, token, 'https://evil.example')('GET', '/flow/v1/session', undefined, headers);
    expect(evil.status).toBe(403);
  });

  it.each([`${PUBLIC}.evil.example`, 'http://sync.example.com', `${PUBLIC}:8443`, 'null', null])(
    'another is refused: %s',
    async (origin) => {
      expect((await exchange(origin)).status).toBe(403);
    },
  );
});
