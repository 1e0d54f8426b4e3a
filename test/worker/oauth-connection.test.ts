import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { startHttpSource, type HttpSource } from '../support/list-source.js';
import { issue, startTokenEndpoint, type TokenEndpoint } from '../support/token-endpoint.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

const credentials = { clientId: 'meridian', clientSecret: 'only-for-the-endpoint' };

let endpoint: TokenEndpoint;
let source: HttpSource;
let world: World;
let client: TestClient;
let proofs: (string | undefined)[];
let shops: (string | string[] | undefined)[];

beforeAll(async () => {
  endpoint = await startTokenEndpoint();
  source = await startHttpSource((request, response) => {
    proofs.push(request.headers.authorization);
    shops.push(request.headers['x-shop']);
    const isIn = request.headers.authorization?.startsWith('Bearer token-') === true;
    response.writeHead(isIn ? 200 : 401).end('[{"id":1},{"id":2}]');
  });
  world = await startWorld({ roles: 'api,dispatcher,worker', outboundAllow: [source.url, endpoint.origin] });
});
afterAll(async () => {
  await world.close();
  await Promise.all([endpoint.close(), source.close()]);
});
beforeEach(async () => {
  proofs = [];
  shops = [];
  client = await world.newClient();
});

async function connect(tokenUrl: string) {
  const { body: company } = await client.api('POST', '/v1/companies', { name: 'Corner Shop' });
  return client.api('POST', `/v1/companies/${company.id}/connections`, {
    platform: 'rest',
    name: 'Till',
    settings: {
      baseUrl: source.url,
      auth: { type: 'oauth2ClientCredentials', tokenUrl, scope: 'orders' },
      headers: { 'X-Shop': '{{shop}}' },
      models: { orders: { path: 'orders' } },
    },
    credentials,
  });
}

async function finishedRun(connectionId: string) {
  const { body: sync } = await client.api('POST', `/v1/connections/${connectionId}/syncs`, {});
  const { body: run } = await client.api('POST', `/v1/syncs/${sync.id}/runs`, { type: 'full' });
  return eventually(
    async () => {
      const { body } = await client.api('GET', `/v1/runs/${run.id}`);
      return body.finishedAt !== null && body;
    },
    { what: 'the end of the run' },
  );
}

it('a connection by OAuth 2 is tested and read with one token, and its variables', async () => {
  const { body: connection } = await connect(endpoint.url);
  expect(JSON.stringify(connection)).not.toContain(credentials.clientSecret);
  const missing = await client.api('POST', `/v1/connections/${connection.id}/test`);
  expect(missing.body).toMatchObject({ ok: false, failure: { code: 'configuration_invalid' } });
  expect(missing.body.failure.message).toContain('“shop”');
  await client.api('PUT', `/v1/connections/${connection.id}/variables/shop`, { value: 'corner-7' });
  const tested = await client.api('POST', `/v1/connections/${connection.id}/test`);
  expect(tested.body).toMatchObject({ ok: true, failure: null });
  expect(await finishedRun(connection.id)).toMatchObject({ state: 'completed', progress: { orders: { fetched: 2 } } });
  expect(new Set(proofs).size).toBe(1);
  expect(new Set(shops)).toEqual(new Set(['corner-7']));
});

it('a connection whose client the token endpoint refuses is tested as such, and deauthorized by a run', async () => {
  endpoint.answer((response) => issue(response, { error: 'invalid_client' }, 401));
  const { body: connection } = await connect(endpoint.url);
  const tested = await client.api('POST', `/v1/connections/${connection.id}/test`);
  expect(tested.body).toMatchObject({ ok: false, failure: { code: 'credential_invalid', class: 'auth' } });
  const run = await finishedRun(connection.id);
  expect(run).toMatchObject({ state: 'errored', failure: { code: 'credential_invalid' } });
  expect(JSON.stringify(run)).not.toContain(credentials.clientSecret);
  const { body } = await client.api('GET', `/v1/connections/${connection.id}`);
  expect(body.state).toBe('deauthorized');
  expect(proofs).toEqual([]);
});

it('a token endpoint at a private address cannot be registered', async () => {
  const { status, body } = await connect('https://169.254.169.254/token');
  expect(status).toBe(422);
  expect(body.errors).toMatchObject([{ pointer: '/settings/auth/tokenUrl', code: 'url_not_allowed' }]);
});
