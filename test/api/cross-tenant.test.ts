import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instant } from '../../src/domain/time/instant.js';
import { makeId } from '../../src/platform/new-id.js';
import { clientTables } from '../support/client-rows.js';
import { exampleOf, operationsUnder, type ContractOperation } from '../support/operations.js';
import { query } from '../support/postgres.js';
import { connectShop } from '../support/shop-of-a-company.js';
import { Source } from '../support/source.js';
import { startWorld, type Answer, type TestClient, type World } from '../support/world.js';

/** Every id that the contract has a parameter for. A parameter that is missing here fails the test. */
interface Ids {
  readonly companyId: string;
  readonly connectionId: string;
  readonly syncId: string;
  readonly runId: string;
  readonly endpointId: string;
  readonly messageId: string;
  readonly variableName: string;
  readonly modelName: string;
}

const UNKNOWN: Ids = {
  companyId: `com_${'0'.repeat(26)}`,
  connectionId: `con_${'0'.repeat(26)}`,
  syncId: `syn_${'0'.repeat(26)}`,
  runId: `run_${'0'.repeat(26)}`,
  endpointId: `whe_${'0'.repeat(26)}`,
  messageId: `msg_${'0'.repeat(26)}`,
  variableName: 'never_written',
  modelName: 'never-read',
};
/** Members named like ids that name no row of Meridian's: the caller's own words. */
const CALLERS_OWN: ReadonlySet<string> = new Set(['/externalId', '/actor/id']);
/** Neither in path, nor in query, nor in body: there is nothing of another client to ask them for. */
const NAME_NO_ROW: readonly string[] = [
  'updateClient',
  'createCompany',
  'previewSchedule',
  'createWebhookEndpoint',
  'updateFlowText',
];
/** Members that name rows from inside a selection, with what a caller gives there. */
const SELECTED: Readonly<Record<string, (ids: Ids) => Record<string, readonly string[]>>> = {
  '/select/syncIds': ({ syncId }) => ({ syncIds: [syncId] }),
  '/select/connectionIds': ({ connectionId }) => ({ connectionIds: [connectionId] }),
  '/select/companyIds': ({ companyId }) => ({ companyIds: [companyId] }),
};
/** What names no row to be found, but which one the caller has seen: refused in its own way. */
const SEEN: Readonly<Record<string, unknown>> = { approveHeldDeletion: { code: 'hold_superseded' } };
/** In every text of the other client, so that none can leak unseen. */
const MARK = 'bravo-9f2c';

const operations = operationsUnder('/v1/');
const withIds = operations.filter(({ pathParameters }) => pathParameters.length > 0);
const references = operations.flatMap((operation) => [
  ...operation.queryParameters.filter(isId).map((name) => ({ operation, name, where: 'query' as const })),
  ...operation.members
    .map((pointer) => pointer.slice(1))
    .filter(isId)
    .map((name) => ({ operation, name, where: 'body' as const })),
]);
const lists = operations.filter(({ queryParameters }) => queryParameters.includes('cursor'));

let world: World;
let source: Source;
let alpha: TestClient;
let bravo: TestClient;
let own: Ids;
let foreign: Ids;
beforeAll(async () => {
  source = await Source.start();
  world = await startWorld({ outboundAllow: [source.origin] });
  [alpha, bravo] = [await world.newClient('Alpha'), await world.newClient(MARK)];
  own = await everythingOf(alpha, 'alpha');
  foreign = await everythingOf(bravo, MARK);
});
afterAll(async () => {
  await world.close();
  await source.close();
});

function isId(name: string): name is keyof Ids {
  return Object.hasOwn(UNKNOWN, name);
}

/** One of each thing, and two of what can be listed. */
async function everythingOf(client: TestClient, mark: string): Promise<Ids> {
  const schedule = { selectedFrequency: 'Daily', startDate: '2026-01-01', syncHour: 0, timeZone: 'Etc/UTC' };
  await connectShop(client, source, { name: mark });
  const { companyId, connectionId, syncId } = await connectShop(client, source, { name: mark, schedule });
  await client.api('POST', `/v1/connections/${connectionId}/syncs`, { name: mark });
  const other = { platform: 'rest', name: mark, settings: source.settings() };
  await client.api('POST', `/v1/companies/${companyId}/connections`, other);
  await client.api('POST', `/v1/companies/${companyId}/flow-sessions`, { syncId });
  await client.api('PATCH', `/v1/syncs/${syncId}`, { name: `${mark} again` });
  await client.api('PATCH', '/v1/flow-text', { text: { 'flow.what.heading': mark } });
  const run = await client.api('POST', `/v1/syncs/${syncId}/runs`, { type: 'full' });
  const hook = { url: `${source.origin}/${mark}`, description: mark };
  await client.api('POST', '/v1/webhook-endpoints', hook);
  const endpoint = await client.api('POST', '/v1/webhook-endpoints', hook);
  const variableName = `note_of_${mark.replaceAll('-', '_')}`;
  await client.api('PUT', `/v1/connections/${connectionId}/variables/${variableName}`, { value: { mark } });
  const named = { variableName, modelName: mark };
  const ids = { companyId, connectionId, syncId, ...named, runId: run.body.id, endpointId: endpoint.body.id };
  await heldDeletions(client, ids, mark);
  await movedDueDates(client, syncId);
  return { ...ids, messageId: await deliveredMessages(client, ids, mark) };
}

/** What only an audit writes: held deletions of two models, and a change that waits. */
async function heldDeletions(
  { clientId }: TestClient,
  { connectionId, syncId, runId }: Pick<Ids, 'connectionId' | 'syncId' | 'runId'>,
  mark: string,
): Promise<void> {
  for (const model of [mark, `${mark} too`]) {
    await query(
      world.database.superuserUrl,
      `with snapshot as (
         insert into audit_snapshot (client_id, id, sync_id, model, started_at) values ($1, $2, $3, $2, $6)),
       page as (
         insert into audit_page (client_id, snapshot_id, page_no, ids) values ($1, $2, 1, array[$2])),
       change as (
         insert into pending_change (client_id, sync_id, model, record_id, place, is_deletion, noted_at)
           values ($1, $3, $2, $2, length($2), true, $6))
       insert into held_deletion (client_id, connection_id, model, snapshot_id, sync_id, run_id, missing, live, sample, held_at)
         values ($1, $4, $2, $2, $3, $5, 1, 1, array[$2], $6)`,
      [clientId, model, syncId, connectionId, runId, '2026-01-01T00:00:00.000Z'],
    );
  }
}

/** What only new rules of a time zone write. */
async function movedDueDates({ clientId }: TestClient, syncId: string): Promise<void> {
  const now = instant('2026-01-01T00:00:00Z');
  await query(
    world.database.superuserUrl,
    `insert into due_date_change (client_id, id, sync_id, period_id, reason, time_zone, is_held, previous_due_date,
                                  due_date, previous_time_zone_data, time_zone_data, changed_at)
     select $1, c.id, $2, p.id, 'time_zone_data', 'Asia/Beirut', false, p.due_date, p.due_date - interval '1 hour',
            '2023b', '2023c', p.created_at
       from unnest($3::text[]) as c (id), sync_period p where p.client_id = $1 and p.sync_id = $2`,
    [clientId, syncId, [makeId('ddc', now), makeId('ddc', now)]],
  );
}

/** What only workers write: two messages with a delivery and an attempt each, and two records. */
async function deliveredMessages(
  { clientId }: TestClient,
  { companyId, connectionId, syncId, endpointId, runId }: Omit<Ids, 'messageId'>,
  mark: string,
): Promise<string> {
  const now = '2026-01-01T00:00:00.000Z';
  const event = exampleOf('SyncPeriodFailed') as { readonly data: Record<string, unknown> };
  const company = { id: companyId, name: mark, reference: null, tags: {} };
  const body = JSON.stringify({ ...event, data: { ...event.data, company, connectionId, syncId, runId } });
  const ids = [endpointId.replace('whe_', 'msg_'), runId.replace('run_', 'msg_')];
  for (const [sequence, id] of ids.entries()) {
    await query(
      world.database.superuserUrl,
      `with message as (
         insert into webhook_message (client_id, id, type, company_id, connection_id, sync_id, body, sequence, created_at)
           values ($1, $2, 'sync.period.failed', $3, $4, $5, $6, 1000 + $7, $8)),
       delivery as (
         insert into webhook_delivery (client_id, message_id, endpoint_id, state, attempts)
           values ($1, $2, $9, 'failed', 1)),
       record as (
         insert into record (client_id, connection_id, model, record_id, data, content_hash, sequence, run_id, changed_at)
           values ($1, $4, 'orders', $2, jsonb_build_object('mark', $10::text), '\\x00', $7, $11, $8))
       insert into webhook_attempt (client_id, message_id, endpoint_id, attempt, attempted_at, url, request_headers, duration_ms, failure_code)
         values ($1, $2, $9, 1, $8, 'https://example.com/' || $10::text, '{}', 1, 'connection_refused')`,
      [clientId, id, companyId, connectionId, syncId, body, sequence + 1, now, endpointId, mark, runId],
    );
  }
  return ids[0] ?? '';
}

function pathOf({ template, pathParameters }: ContractOperation, ids: Ids): string {
  return pathParameters.reduce((path, name) => {
    if (!isId(name)) throw new Error(`${template} has a parameter that this test has no id for: ${name}`);
    return path.replace(`{${name}}`, ids[name]);
  }, template);
}

/** The bodies to try: the contract's examples, which are right in themselves. */
function bodiesOf({ id, bodies, members }: ContractOperation): readonly unknown[] {
  if (members.length > 0 && bodies.length === 0) throw new Error(`${id} has a body and no example of one`);
  return bodies.length > 0 ? bodies : [undefined];
}

const without = ({ body, status }: Answer) => ({ status, body: { ...body, requestId: '' } });

/** Every row of a client in every table. */
async function rowsOf(clientId: string): Promise<readonly string[]> {
  const tables = await clientTables(world.database.superuserUrl);
  const selects = tables.map(
    (table) => `select '${table}' || to_jsonb(t)::text as row from "${table}" t where client_id = $1`,
  );
  const rows = await query<{ row: string }>(
    world.database.superuserUrl,
    `${[...selects, `select 'client' || to_jsonb(t)::text from client t where id = $1`].join(' union all ')} order by 1`,
    [clientId],
  );
  return rows.map(({ row }) => row);
}

describe('another client’s ids', () => {
  it('cover every table that holds rows of clients', async () => {
    const tables = new Set((await rowsOf(bravo.clientId)).map((row) => row.slice(0, row.indexOf('{'))));
    const missing = (await clientTables(world.database.superuserUrl)).filter((table) => !tables.has(table));
    // Answers kept for an Idempotency-Key are reached by no id, turns are the dispatcher's alone, and what ended runs
    // weighed the operator's.
    const reachedByNone = new Set(['client_turn', 'ended_run', 'idempotent_answer']);
    expect(missing.filter((table) => !reachedByNone.has(table))).toEqual([]);
  });

  it.each(withIds)('in the path of $method $template are unknown ids, and nothing changes', async (operation) => {
    const before = await rowsOf(bravo.clientId);
    for (const body of bodiesOf(operation)) {
      const unknown = await alpha.api(operation.method, pathOf(operation, UNKNOWN), body);
      const answer = await alpha.api(operation.method, pathOf(operation, foreign), body);
      expect(answer.status).toBe(404);
      expect(without(answer)).toEqual(without(unknown));
    }
    expect(await rowsOf(bravo.clientId)).toEqual(before);
  });

  it.each(withIds.filter(({ method }) => method === 'GET'))(
    'find what they name for their own client at $template',
    async (operation) => {
      // Otherwise the refusals above would prove nothing.
      expect((await bravo.api('GET', pathOf(operation, foreign))).status).toBe(200);
    },
  );

  it.each(references)('in the $where of $operation.id as $name are unknown ids', async ({ operation, name, where }) => {
    const before = await rowsOf(bravo.clientId);
    const send = (id: string) => {
      const path = pathOf(operation, own);
      if (where === 'query') return alpha.api(operation.method, `${path}?${name}=${id}`);
      return alpha.api(operation.method, path, { [name]: id });
    };
    const [unknown, answer] = [await send(UNKNOWN[name]), await send(foreign[name])];
    expect(without(answer)).toEqual(without(unknown));
    const nothing = { data: [], nextCursor: null };
    const refusal = SEEN[operation.id] ?? { errors: [{ pointer: `/${name}`, code: 'unknown_reference' }] };
    expect(answer.body).toMatchObject(where === 'query' ? nothing : refusal);
    expect(await rowsOf(bravo.clientId)).toEqual(before);
  });
});

describe('another client’s ids in a selection', () => {
  const start = async (ids: Ids, select: (typeof SELECTED)[string]) => {
    const { status, body } = await alpha.api('POST', '/v1/runs/bulk', { select: select(ids), run: { type: 'full' } });
    return { status, ...body, problems: body.data.map(({ problem }: Record<string, unknown>) => problem), data: [] };
  };

  it.each(Object.entries(SELECTED))('%s start nothing, as unknown ones', async (_, select) => {
    const before = await rowsOf(bravo.clientId);
    const [unknown, answer] = [await start(UNKNOWN, select), await start(foreign, select)];
    expect(answer).toEqual(unknown);
    expect(answer).toMatchObject({ status: 200, started: 0 });
    expect(await rowsOf(bravo.clientId)).toEqual(before);
  });

  it('are not the cause of a run', async () => {
    const ask = async ({ runId }: Ids) =>
      without(await alpha.api('POST', `/v1/syncs/${own.syncId}/runs`, { type: 'full', causedBy: runId }));
    await alpha.api('POST', `/v1/runs/${own.runId}/abort`);
    const [unknown, answer] = [await ask(UNKNOWN), await ask(foreign)];
    expect(answer.body).toMatchObject({ errors: [{ pointer: '/causedBy', code: 'unknown_reference' }] });
    expect(JSON.stringify(answer).replaceAll(foreign.runId, UNKNOWN.runId)).toBe(JSON.stringify(unknown));
  });
});

describe('another client’s rows', () => {
  const reads = operations.filter(({ method }) => method === 'GET');

  it.each(reads)('are in no answer to $method $template', async (operation) => {
    const plain = await alpha.api('GET', pathOf(operation, own));
    const claimed = { 'x-client-id': bravo.clientId, 'x-tenant-id': bravo.clientId };
    const claiming = await alpha.api('GET', pathOf(operation, own), undefined, claimed);
    for (const { status, body } of [plain, claiming]) {
      expect(status).toBe(200);
      const text = JSON.stringify(body);
      expect(text).not.toContain(MARK);
      for (const id of [bravo.clientId, ...Object.values(foreign)]) expect(text).not.toContain(id);
    }
  });

  it.each(lists)('are not reached from $template by its cursor', async (operation) => {
    const mine = await bravo.api('GET', `${pathOf(operation, foreign)}?limit=1`);
    const cursor = mine.body.nextCursor ?? 'bm90LWEtY3Vyc29y';
    const answer = await alpha.api('GET', `${pathOf(operation, own)}?limit=1&cursor=${encodeURIComponent(cursor)}`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_cursor' } });
  });

  it('give most lists a cursor to try', async () => {
    const cursors = await Promise.all(
      lists.map(async (operation) => (await bravo.api('GET', `${pathOf(operation, foreign)}?limit=1`)).body.nextCursor),
    );
    expect(cursors.filter((cursor) => typeof cursor === 'string').length).toBeGreaterThan(lists.length / 2);
  });

  it('are not answered for an Idempotency-Key that both used', async () => {
    const key = { 'idempotency-key': 'both-use-this' };
    const theirs = await bravo.api('POST', '/v1/companies', { name: MARK }, key);
    const mine = await alpha.api('POST', '/v1/companies', { name: MARK }, key);
    expect([theirs.status, mine.status]).toEqual([201, 201]);
    expect(mine.body.id).not.toBe(theirs.body.id);
    expect((await alpha.api('GET', `/v1/companies/${theirs.body.id}`)).status).toBe(404);
  });
});

describe('the operator’s door', () => {
  it.each(operationsUnder('/admin/'))('is shut to a client at $method $template', async (operation) => {
    const ids: Readonly<Record<string, string>> = { clientId: alpha.clientId, keyId: `key_${'0'.repeat(26)}` };
    const path = operation.pathParameters.reduce(
      (at, name) => at.replace(`{${name}}`, ids[name] ?? ''),
      operation.template,
    );
    for (const body of bodiesOf(operation)) {
      expect(await alpha.api(operation.method, path, body)).toMatchObject({
        status: 401,
        body: { code: 'unauthenticated' },
      });
    }
  });
});

describe('every operation under /v1', () => {
  it('is covered by one of these tests', () => {
    const covered = new Set([
      ...withIds.map(({ id }) => id),
      ...references.map(({ operation }) => operation.id),
      ...operations.filter(({ method }) => method === 'GET').map(({ id }) => id),
      ...operations.filter(({ members }) => members.some((pointer) => pointer in SELECTED)).map(({ id }) => id),
      ...NAME_NO_ROW,
    ]);
    expect(operations.map(({ id }) => id).filter((id) => !covered.has(id))).toEqual([]);
    expect(operations.length).toBeGreaterThan(40);
  });

  it('names other rows only by members that are tried here', () => {
    const named = operations.flatMap(({ id, members }) => members.map((pointer) => ({ id, pointer })));
    const ids = named.filter(({ pointer }) => /(^|\/)(id|ids)$|Ids?$/.test(pointer) && !CALLERS_OWN.has(pointer));
    expect(ids.filter(({ pointer }) => !isId(pointer.slice(1)) && !(pointer in SELECTED))).toEqual([]);
    expect(ids.length).toBeGreaterThan(2);
  });
});
