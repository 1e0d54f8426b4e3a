import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RestOAuth, RestSettings } from '../../src/connectors/rest/rest-settings.js';
import { AccessTokens } from '../../src/connectors/oauth/access-tokens.js';
import { HOUR, MINUTE, SECOND } from '../../src/domain/time/instant.js';
import { Outbound } from '../../src/platform/outbound/outbound.js';
import { eventually } from '../support/eventually.js';
import { startHttpSource, type HttpSource } from '../support/list-source.js';
import { failureOf, ids, NOW, pullAll, restConnector, sourceHttp, type Pulled } from '../support/pulling.js';
import { issue, startTokenEndpoint, type TokenEndpoint } from '../support/token-endpoint.js';

const credentials = { clientId: 'shop 1', clientSecret: 's€cr+t:&' };

let endpoint: TokenEndpoint;
let source: HttpSource;
/** The proof of each request to the source, in order. */
let proofs: (string | undefined)[];
/** Whether the source lets a request in. */
let admits: (proof: string | undefined, count: number) => boolean;

beforeEach(async () => {
  proofs = [];
  admits = () => true;
  endpoint = await startTokenEndpoint();
  source = await startHttpSource((request: IncomingMessage, response: ServerResponse, count) => {
    proofs.push(request.headers.authorization);
    const isIn = admits(request.headers.authorization, count);
    response.writeHead(isIn ? 200 : 401, { 'content-type': 'application/json' }).end(isIn ? '[{"id":"a"}]' : '{}');
  });
});
afterEach(async () => {
  await Promise.all([endpoint.close(), source.close()]);
});

const connectorToBoth = (limits = {}) => restConnector([endpoint.origin, source.url], limits);

function pulled(options: Partial<RestOAuth> = {}, connector = connectorToBoth()): Pulled {
  const auth: RestOAuth = { type: 'oauth2ClientCredentials', tokenUrl: endpoint.url, ...options };
  const settings: RestSettings = { baseUrl: source.url, auth, models: { items: { path: 'items' } } };
  return { connector, settings, credentials, mode: 'full' };
}

describe('a token from client credentials', () => {
  it('is asked for with id and secret in the header, and sent to the source', async () => {
    expect(ids(await pullAll(pulled()))).toEqual(['a']);
    const [request] = endpoint.requests;
    // Both are form-encoded before they are joined: RFC 6749, 2.3.1.
    const basic = Buffer.from('shop+1:s%E2%82%ACcr%2Bt%3A%26').toString('base64');
    expect(request).toMatchObject({
      form: { grant_type: 'client_credentials' },
      headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(Object.keys(request?.form ?? {})).toEqual(['grant_type']);
    expect(proofs).toEqual(['Bearer token-1']);
  });

  it('is asked for with id and secret in the form, and with scope and audience', async () => {
    await pullAll(pulled({ clientAuth: 'body', scope: 'orders.read stock', audience: 'https://api.example.com' }));
    expect(endpoint.requests).toMatchObject([
      {
        form: {
          grant_type: 'client_credentials',
          client_id: 'shop 1',
          client_secret: 's€cr+t:&',
          scope: 'orders.read stock',
          audience: 'https://api.example.com',
        },
      },
    ]);
    expect(endpoint.requests[0]?.headers.authorization).toBeUndefined();
  });

  it('is used again by the runs that follow', async () => {
    const connector = connectorToBoth();
    await pullAll(pulled({}, connector));
    await pullAll(pulled({}, connector));
    expect(endpoint.requests).toHaveLength(1);
    expect(proofs).toEqual(['Bearer token-1', 'Bearer token-1']);
  });

  it('is asked for once, however many runs wait for it', async () => {
    const held: ServerResponse[] = [];
    endpoint.answer((response) => held.push(response));
    const connector = connectorToBoth();
    const stopped = new AbortController();
    const runs = [...Array(20).keys()].map(() => pullAll(pulled({}, connector)));
    const first = pullAll({ ...pulled({}, connector), signal: stopped.signal });
    await eventually(() => held.length > 0);
    stopped.abort(new Error('Sync aborted'));
    await expect(first).rejects.toThrow('Sync aborted');
    for (const response of held) issue(response, { access_token: 'shared', token_type: 'bearer' });
    await Promise.all(runs);
    expect(endpoint.requests).toHaveLength(1);
    expect(proofs).toEqual(Array(20).fill('Bearer shared'));
  });

  it('is another one for other credentials, another scope and another connection', async () => {
    const connector = connectorToBoth();
    await pullAll(pulled({}, connector));
    await pullAll({ ...pulled({}, connector), credentials: { ...credentials, clientSecret: 'new' } });
    await pullAll(pulled({ scope: 'all' }, connector));
    await pullAll({ ...pulled({}, connector), connectionId: 'con_other' });
    expect(proofs).toEqual([1, 2, 3, 4].map((nth) => `Bearer token-${nth}`));
  });

  it('is renewed once when the source refuses it, and the request repeated', async () => {
    admits = (proof) => proof !== 'Bearer token-1';
    expect(ids(await pullAll(pulled()))).toEqual(['a']);
    expect(proofs).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it('fails the run when the source refuses the new one too', async () => {
    admits = () => false;
    expect(await failureOf(pullAll(pulled()))).toMatchObject({ code: 'credential_invalid', class: 'auth' });
    expect(proofs).toEqual(['Bearer token-1', 'Bearer token-2']);
    expect(endpoint.requests).toHaveLength(2);
  });

  it('serves the test of a connection', async () => {
    const { connector, settings } = pulled();
    const connection = {
      clientId: 'cli_0',
      connectionId: 'con_0',
      settings: { ...settings },
      credentials,
      variables: {},
    };
    await connector.test(connection, new AbortController().signal);
    expect(proofs).toEqual(['Bearer token-1']);
    endpoint.answer((response) => issue(response, { error: 'invalid_client' }, 401));
    const other = { ...connection, credentials: { ...credentials, clientSecret: 'wrong' } };
    const failure = await failureOf(connector.test(other, new AbortController().signal));
    expect(failure).toMatchObject({ code: 'credential_invalid' });
  });
});

describe('the lifetime of a token', () => {
  const grant = { tokenUrl: '', clientAuth: 'basic', ...credentials } as const;

  it.each([
    ['3600', 3600, 59 * MINUTE],
    ['3600 as a text', '3600', 59 * MINUTE],
    ['60, less a tenth', 60, 54 * SECOND],
    ['nothing', undefined, 59 * MINUTE],
    ['nonsense', 'soon', 59 * MINUTE],
    ['99999999999, at most a day', 99999999999, 24 * HOUR - MINUTE],
  ])('ends shortly before expires_in: %s', async (_, expiresIn, usedFor) => {
    endpoint.answer((response, nth) => issue(response, { access_token: `token-${nth}`, expires_in: expiresIn }));
    let now = 1_000;
    const tokens = new AccessTokens(sourceHttp(new Outbound({ allow: [endpoint.origin] })), { now: () => now });
    const token = () => tokens.tokenFor('con_0', { ...grant, tokenUrl: endpoint.url }, new AbortController().signal);
    expect(await token()).toBe('token-1');
    now += usedFor;
    expect(await token()).toBe('token-1');
    now += 1;
    expect(await token()).toBe('token-2');
  });
});

it('a token that has been renewed already is not renewed for those who still had the old one', async () => {
  const tokens = new AccessTokens(sourceHttp(new Outbound({ allow: [endpoint.origin] })));
  const grant = { tokenUrl: endpoint.url, clientAuth: 'basic', ...credentials } as const;
  const token = () => tokens.tokenFor('con_0', grant, new AbortController().signal);
  const old = await token();
  for (const refused of [old, old, old]) {
    tokens.discard('con_0', grant, refused);
    expect(await token()).toBe('token-2');
  }
});

describe('a token endpoint that issues none', () => {
  it.each([
    [401, { error: 'invalid_client' }, 'credential_invalid', 'auth'],
    [400, { error: 'invalid_grant' }, 'credential_invalid', 'auth'],
    [400, { error: 'unauthorized_client' }, 'credential_invalid', 'auth'],
    [200, { error: 'invalid_client' }, 'credential_invalid', 'auth'],
    [401, {}, 'credential_invalid', 'auth'],
    [400, { error: 'invalid_scope' }, 'configuration_invalid', 'configuration'],
    [404, {}, 'configuration_invalid', 'configuration'],
    [302, {}, 'blocked_redirect', 'configuration'],
    [500, {}, 'provider_error', 'transient'],
    [503, {}, 'provider_unavailable', 'transient'],
    [429, {}, 'provider_rate_limited', 'rateLimit'],
    [200, {}, 'provider_bad_response', 'transient'],
    [200, { access_token: 'line\nbreak' }, 'provider_bad_response', 'transient'],
    [200, { access_token: 7 }, 'provider_bad_response', 'transient'],
    [200, { access_token: 'x', token_type: 'mac' }, 'provider_bad_response', 'transient'],
  ])('%i %o is %s', async (status, body, code, failureClass) => {
    endpoint.answer((response) => issue(response, body, status));
    expect(await failureOf(pullAll(pulled()))).toMatchObject({ code, class: failureClass });
    expect(proofs).toEqual([]);
  });

  it('is transient when it gives no answer in time', async () => {
    endpoint.answer(() => undefined);
    const connector = connectorToBoth({ timeout: 100, retry: { retries: 0 } });
    expect(await failureOf(pullAll(pulled({}, connector)))).toMatchObject({ code: 'provider_timeout' });
  });

  it('is asked again at once when it breaks, and told of when it asks for a pause', async () => {
    endpoint.answer((response, nth) =>
      nth === 1 ? issue(response, {}, 500) : issue(response, { access_token: 'late', token_type: 'bearer' }),
    );
    await pullAll(pulled());
    expect(proofs).toEqual(['Bearer late']);
    endpoint.answer((response) => void response.writeHead(429, { 'retry-after': '120' }).end());
    expect(await failureOf(pullAll(pulled()))).toMatchObject({ class: 'rateLimit', retryAt: NOW + 2 * MINUTE });
  });

  it('must be at a public address', async () => {
    const connector = restConnector([source.url]);
    expect(await failureOf(pullAll(pulled({}, connector)))).toMatchObject({ code: 'blocked_address' });
    expect(endpoint.requests).toEqual([]);
  });

  it('cannot make a failure tell a secret', async () => {
    const told = {
      error: 'invalid_client',
      error_description: `bad secret ${credentials.clientSecret}`,
      access_token: 't0p',
    };
    for (const [body, status] of [
      [told, 401],
      [{ ...told, error: credentials.clientSecret }, 400],
      [{ access_token: 't0p secret\n' }, 200],
    ] as const) {
      endpoint.answer((response) => issue(response, body, status));
      const failure = JSON.stringify(await failureOf(pullAll(pulled({ clientAuth: 'body' }))));
      expect(failure).not.toContain(credentials.clientSecret);
      expect(failure).not.toContain('t0p');
    }
  });
});
