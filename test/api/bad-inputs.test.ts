import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instant, instantOf } from '../../src/domain/time/instant.js';
import { badInputs, requestOf, written, type BadInput } from '../support/bad-inputs.js';
import { checkAnswer, schemaProblems } from '../support/contract.js';
import { pageWith } from '../support/flow.js';
import { query } from '../support/postgres.js';
import { rawRequest, type RawAnswer } from '../support/raw-http.js';
import { linkedConnection, openPeriodSucceeds, syncOf } from '../support/schedules.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

const schedule = { selectedFrequency: 'Daily', startDate: '2022-06-15', syncHour: 0, timeZone: 'Europe/London' };

let world: World;
let a: TestClient;
let b: TestClient;
/** What stands in the place of each placeholder of the catalogue. */
const names = new Map<string, string>();

const created = async (answer: ReturnType<TestClient['api']>): Promise<Readonly<Record<string, unknown>>> => {
  const { status, body } = await answer;
  if (status !== 201) throw new Error(`not created: ${status} ${JSON.stringify(body)}`);
  return body as Readonly<Record<string, unknown>>;
};

beforeAll(async () => {
  world = await startWorld();
  a = await world.newClient('A');
  b = await world.newClient('B');
  world.clock.set(instant('2026-06-01T12:00:00Z'));
  const set = (name: string, value: unknown) => names.set(name, String(value));
  for (const [letter, client] of [['A', a] as const, ['B', b] as const]) {
    const connectionId = await linkedConnection(client);
    const connection = (await client.api('GET', `/v1/connections/${connectionId}`)).body;
    const sync = await created(client.api('POST', `/v1/connections/${connectionId}/syncs`, { schedule }));
    const endpoint = await created(client.api('POST', '/v1/webhook-endpoints', { url: 'https://example.com/hook' }));
    set(`key${letter}`, client.apiKey);
    set(`tenant${letter}`, client.clientId);
    set(`company${letter}`, connection.companyId);
    set(`connection${letter}`, connectionId);
    set(`sync${letter}`, sync.id);
    set(`ep${letter}`, endpoint.id);
  }
  await prepareCredentials(set);
  await prepareForeign(set);
});
afterAll(() => world.close());

async function prepareCredentials(set: (name: string, value: unknown) => void): Promise<void> {
  const last = a.apiKey.at(-1) === 'a' ? 'b' : 'a';
  set('key with last char changed', a.apiKey.slice(0, -1) + last);
  set('sha256 of keyA', createHash('sha256').update(a.apiKey).digest('hex'));
  const session = await created(a.api('POST', `/v1/companies/${names.get('companyA')}/flow-sessions`, {}));
  set('linkToken', session.token);
}

/** A company with one connection, and a link of a session for that, so that it goes with it. */
async function prepareLink(): Promise<void> {
  const connectionId = await linkedConnection(a);
  const { companyId } = (await a.api('GET', `/v1/connections/${connectionId}`)).body;
  const session = await created(a.api('POST', `/v1/companies/${companyId}/flow-sessions`, { connectionId }));
  names.set('companyA', companyId);
  names.set('linkConnection', connectionId);
  names.set('linkSession', String(session.id));
  names.set('linkCode', String(session.hostedUrl).split('#c=')[1] ?? '');
}

const exchange = (code: string, origin = world.baseUrl) =>
  pageWith(world, '', origin)('POST', '/flow/v1/hosted/exchange', { sessionId: names.get('linkSession'), code });

async function prepareForeign(set: (name: string, value: unknown) => void): Promise<void> {
  const settings = { baseUrl: 'https://shop.example.com', models: { orders: { path: '/orders', idField: 'id' } } };
  const connection = { platform: 'rest', name: 'Shop', settings, externalId: 'shop-1' };
  await created(b.api('POST', `/v1/companies/${names.get('companyB')}/connections`, connection));
  set('extB', 'shop-1');
  await created(b.api('POST', '/v1/companies', { name: 'Second' }));
  set('cursorB', (await b.api('GET', '/v1/companies?limit=1')).body.nextCursor);
}

const fill = (text: string): string =>
  written(text).replaceAll(/[<{]([\w ]+)[>}]/g, (whole, name: string) => names.get(name) ?? whole);

/** States that cases ask for, by the words of the catalogue. */
const setups: Readonly<Record<string, (bad: BadInput) => Promise<void>>> = {
  'first period completed': syncWithSucceededPeriod,
  'k1 used with another body': async () => {
    const body = { platform: 'rest', name: 'Other', settings: { baseUrl: 'https://other.example.com' } };
    await a.api('POST', `/v1/companies/${names.get('companyA')}/connections`, body, { 'idempotency-key': 'k1' });
  },
  'key expires_at in the past (database clock)': async () => {
    const keys = `/admin/v1/clients/${a.clientId}/api-keys`;
    const key = await created(world.admin('POST', keys, { name: 'old', scopes: ['read'] }));
    await query(world.database.superuserUrl, `update api_key set expires_at = '2020-01-01' where id = $1`, [key.id]);
    names.set('keyA', String(key.key));
  },
  'expires_at < database now()': async () => {
    const past = `created_at = now() - interval '2 days', expires_at = now() - interval '1 day', last_possible_at = now() - interval '1 day'`;
    await query(world.database.superuserUrl, `update flow_session set ${past} where id = $1`, [
      names.get('linkSession'),
    ]);
    world.clock.runFrom(instantOf(Date.now()));
  },
  'token used': async () => {
    expect((await exchange(names.get('linkCode') ?? '')).status).toBe(200);
  },
  'connection deleted': async () => {
    await a.api('DELETE', `/v1/connections/${names.get('linkConnection')}`);
  },
};

async function syncWithSucceededPeriod(): Promise<void> {
  const syncId = await syncOf(a, { schedule });
  await openPeriodSucceeds(world, a, syncId);
  names.set('syncA', syncId);
}

/** Needs a state that the catalogue does not name as a setup, or the current entity tag. */
async function prepare(bad: BadInput): Promise<void> {
  if (bad.id === 'C19') await syncWithSucceededPeriod();
  if (bad.category === 'link') await prepareLink();
  if (bad.input.setup !== undefined) await setups[bad.input.setup]?.(bad);
  if (bad.input.headers?.['If-Match'] === undefined) return;
  const { headers } = await a.api('GET', `/v1/syncs/${names.get('syncA')}/schedule`);
  names.set('current', headers.get('etag') ?? '');
}

const tables = [
  'client',
  'company',
  'connection',
  'sync',
  'sync_period',
  'run',
  'record',
  'webhook_endpoint',
  'webhook_message',
  'flow_session',
];

async function state(): Promise<unknown> {
  const parts = tables.map(
    (table) =>
      `select '${table}' as name, md5(coalesce(string_agg(t::text, ',' order by t::text), '')) from ${table} t`,
  );
  return query(world.database.superuserUrl, parts.join(' union all '));
}

async function send(bad: BadInput): Promise<RawAnswer> {
  if (bad.target === 'session.exchange') return sendLink(bad);
  if (bad.input.raw_socket !== undefined) return rawRequest(world.baseUrl, bad.input.raw_socket);
  const { method, path, headers, body } = requestOf(bad, fill);
  const lines = headers.map((line) => line.replace('"current"', names.get('current') ?? '"current"'));
  const head = [`${method} ${path} HTTP/1.1`, 'Host: meridian', 'Connection: close', ...lines, '', ''].join('\r\n');
  const answer = await rawRequest(world.baseUrl, Buffer.concat([Buffer.from(head), body]));
  const isJson = (answer.headers.get('content-type') ?? '').includes('json');
  checkAnswer(method, path, { ...answer, body: isJson ? answer.body : answer.text });
  return answer;
}

/** The code of the link, or what the case has in its place; from our own page, unless it says from where. */
async function sendLink({ input }: BadInput): Promise<RawAnswer> {
  const code = names.get('linkCode') ?? '';
  const changed = code.slice(0, -1) + (code.endsWith('A') ? 'Q' : 'A');
  const given = input.token ?? (input.mutate === 'last_char' ? changed : code);
  const answer = await exchange(given, input.headers?.['Origin'] ?? world.baseUrl);
  return { ...answer, text: JSON.stringify(answer.body) };
}

function expectSuccess(bad: BadInput, answer: RawAnswer): void {
  expect([answer.status, answer.text]).toEqual([bad.expect.status, expect.anything()]);
}

function expectRefusal(bad: BadInput, answer: RawAnswer): void {
  const errors = (answer.body.errors ?? []) as readonly { readonly code: string }[];
  const { status, code, field_code: field } = bad.expect;
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  // Two fields may be wrong in the same way, such as both ends of a range in the future.
  expect([...new Set(errors.map((error) => error.code))]).toEqual(field ? [field] : []);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.headers.get('x-request-id')).toBe(answer.body.requestId);
  expect(schemaProblems(['components', 'schemas', 'Problem'], answer.body)).toEqual([]);
  expect(answer.text).not.toMatch(/\bat \S+ \(|\.[jt]s:\d|node_modules|\b(select|insert|update) .* (from|into|set) /i);
  for (const foreign of ['tenantB', 'connectionB', 'keyB']) expect(answer.text).not.toContain(names.get(foreign));
}

async function expectStored({ expect: { stored }, input }: BadInput): Promise<void> {
  const [pointer = ''] = Object.keys({ ...input.patch, ...input.raw_patch });
  const { body } = await a.api('GET', `/v1/syncs/${names.get('syncA')}/schedule`);
  expect((body as Readonly<Record<string, unknown>>)[pointer.slice(1)]).toBe(stored);
}

describe.each(['date', 'zone', 'hour', 'config', 'transport', 'id', 'tenant', 'auth', 'idempotency', 'link'])(
  '%s',
  (category) => {
    it.each(badInputs(category))('$id: $label', async (bad) => {
      const kept = new Map(names);
      await prepare(bad);
      const before = await state();
      const answers = await Promise.all(Array.from({ length: bad.input.concurrency ?? 1 }, () => send(bad)));
      const losers = answers.length > 1 ? answers.filter(({ status }) => status >= 400) : answers;
      expect(losers).toHaveLength(Math.max(1, answers.length - 1));
      const check = bad.expect.status >= 400 ? expectRefusal : expectSuccess;
      for (const answer of losers) check(bad, answer);
      const isRefusedWhole = bad.expect.status >= 400 && answers.length === 1;
      expect(isRefusedWhole ? await state() : before).toEqual(before);
      if ('stored' in bad.expect) await expectStored(bad);
      for (const [name, value] of kept) names.set(name, value);
    });
  },
);

it('a malformed, an unknown and a foreign id get one answer, byte for byte but for the request id', async () => {
  const ids = ['con_01jd7q2m4x8k3v9t5b6n0wzc0a', 'null', '%00', names.get('connectionB') ?? ''];
  const answers = await Promise.all(
    ids.map((id) =>
      rawRequest(
        world.baseUrl,
        `GET /v1/connections/${id} HTTP/1.1\r\nHost: x\r\nX-Request-Id: same\r\nAuthorization: Bearer ${a.apiKey}\r\n\r\n`,
      ),
    ),
  );
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
});
