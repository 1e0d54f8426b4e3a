import { describe, expect, it } from 'vitest';
import { HOUR, instant, SECOND } from '../../src/domain/time/instant.js';
import { eventually } from '../support/eventually.js';
import { connectHandler } from '../support/handler.js';
import { daily, HandlerWorld, NOON } from '../support/handler-world.js';
import { query } from '../support/postgres.js';
import { startWorld, type World } from '../support/world.js';

const here = new HandlerWorld();

const nothingIn = async ({ database }: World, rows: string): Promise<boolean> =>
  (await query(database.superuserUrl, `select from ${rows}`)).length === 0;

describe('the start of a run', () => {
  it('tells the handler everything it needs', async () => {
    const settings = { models: [{ name: 'orders' }, { name: 'products' }], maximumDuration: 'PT2H' };
    const { companyId, connectionId, syncId } = await connectHandler(here.client, here.handler, {
      settings,
      sync: { schedule: daily, lookback: 'PT1H' },
    });
    await here.client.api('PUT', `/v1/connections/${connectionId}/variables/warehouse`, { value: 'LON-1' });
    const runId = await here.startRun(syncId);
    const { id, data } = await here.started(runId);
    expect(id).toMatch(/^msg_/);
    expect(data).toMatchObject({
      runId,
      syncId,
      connectionId,
      company: { id: companyId, name: 'Corner Shop', reference: null, tags: { region: 'uk' } },
      trigger: 'latest',
      attempt: 1,
      range: { start: '2022-04-30T23:00:00.000Z' },
      readRange: { start: '2022-04-30T22:00:00.000Z', finish: data.range.finish },
      mode: 'incremental',
      models: ['orders', 'products'],
      filter: { syncSince: null, syncSinceBy: null, syncLast: null, syncLastBy: null },
      force: false,
      checkpoint: null,
      progress: {},
      variables: { warehouse: 'LON-1' },
    });
    const { startedAt } = await here.runOf(runId);
    const allowed = Date.parse(data.deadline) - Date.parse(startedAt);
    expect([allowed >= 2 * HOUR, allowed < 2 * HOUR + 5 * SECOND]).toEqual([true, true]);
  });

  it('of a filtered run names the filter in the words of the API', async () => {
    const { syncId } = await connectHandler(here.client, here.handler, { settings: { models: [{ name: 'orders' }] } });
    const syncSince = '2022-07-01T00:00:00.000Z';
    const runId = await here.startRun(syncId, {
      type: 'full',
      models: ['orders'],
      syncSince,
      syncLast: 10,
      force: true,
    });
    const { data } = await here.started(runId);
    expect(data).toMatchObject({
      range: { start: null },
      readRange: { start: syncSince },
      mode: 'incremental',
      force: true,
      filter: { syncSince, syncSinceBy: 'updated_at', syncLast: 10, syncLastBy: 'updated_at' },
    });
  });

  it('goes without variables that are too large for a message', async () => {
    const { connectionId, syncId } = await connectHandler(here.client, here.handler, { sync: { schedule: daily } });
    for (const name of ['one', 'two', 'three'])
      await here.client.api('PUT', `/v1/connections/${connectionId}/variables/${name}`, { value: 'v'.repeat(9_000) });
    const { data } = await here.started(await here.startRun(syncId));
    expect(data.variables).toBeNull();
  });

  it('holds no worker once it is accepted, and no room in the pool', async () => {
    const small = await startWorld({
      roles: 'api,dispatcher,worker',
      workerConcurrency: 1,
      outboundAllow: [here.handler.origin],
    });
    try {
      small.clock.runFrom(NOON);
      const others = await small.newClient();
      // The pool of one worker has room for two runs.
      for (let n = 0; n < 5; n += 1) await connectHandler(others, here.handler, { sync: { schedule: daily } });
      small.clock.runFrom(instant('2022-07-13T23:30:00Z'));
      await eventually(() => nothingIn(small, `sync_period where status = 'planned' and due_date < '2022-07-14'`));
      small.clock.runFrom(instant('2022-07-13T23:50:00Z'));
      const awaiting = `select from run where awaiting_until is not null`;
      await eventually(async () => (await query(small.database.superuserUrl, awaiting)).length === 5, {
        what: 'five runs accepted by their handlers',
      });
      await eventually(() => nothingIn(small, `pgboss.job where name = 'run' and state < 'completed'`));
    } finally {
      await small.close();
    }
  });
});

describe('a handler that answers 200', () => {
  it('has done the run with that, and the period', async () => {
    here.handler.answer(() => ({
      status: 200,
      body: { models: { orders: { fetched: 3, created: 2, updated: 1 } }, variables: { till: { cursor: 7 } } },
    }));
    const { connectionId, syncId } = await connectHandler(here.client, here.handler, { sync: { schedule: daily } });
    const runId = await here.startRun(syncId);
    const run = await here.inState(runId, 'completed');
    expect(run).toMatchObject({ statusCode: 2000, partial: false, failure: null });
    expect(run.progress.orders).toMatchObject({ fetched: 3, created: 2, updated: 1, skipped: 0, deleted: 0 });
    expect(await here.ledger(syncId)).toMatchObject([{ status: 'planned' }, { status: 'succeeded', runId }]);
    const variable = await here.client.api('GET', `/v1/connections/${connectionId}/variables/till`);
    expect(variable.body.value).toEqual({ cursor: 7 });
  });

  it.each([
    ['no body', '', 'without a result in JSON'],
    ['a page of HTML', '<html>', 'without a result in JSON'],
    ['JSON that is no result', { ok: true }, 'no result'],
    ['counts that are none', { models: { orders: { created: -1 } } }, 'no result'],
    ['a model that the connection does not have', { models: { invoices: {} } }, 'no result'],
  ])('with %s has not', async (_, body, words) => {
    here.handler.answer(() => ({ status: 200, body }));
    const settings = { models: [{ name: 'orders' }] };
    const { syncId } = await connectHandler(here.client, here.handler, { settings });
    const run = await here.inState(await here.startRun(syncId, { type: 'full' }), 'errored');
    expect(run.failure).toMatchObject({ code: 'handler_failed', class: 'transient' });
    expect(run.errorMessage).toContain(words);
  });
});

describe('a handler that does not take a run', () => {
  it.each([
    [400, {}, 'handler_failed', 'permanent'],
    [404, {}, 'handler_failed', 'permanent'],
    [401, {}, 'configuration_invalid', 'configuration'],
    [403, {}, 'configuration_invalid', 'configuration'],
    [302, { location: 'https://example.com/' }, 'blocked_redirect', 'configuration'],
    [429, { 'retry-after': '120' }, 'provider_rate_limited', 'rateLimit'],
    [503, { 'retry-after': '120' }, 'provider_rate_limited', 'rateLimit'],
    [503, {}, 'handler_failed', 'transient'],
    [204, {}, 'handler_failed', 'transient'],
  ])('with %i %j fails it as %s, %s', async (status, headers, code, failureClass) => {
    here.handler.answer(() => ({ status, headers }));
    const { syncId } = await connectHandler(here.client, here.handler);
    const run = await here.inState(await here.startRun(syncId, { type: 'full' }), 'errored');
    expect(run.failure).toMatchObject({ code, class: failureClass });
    expect((await here.client.api('GET', `/v1/syncs/${syncId}`)).body.state).toBe('unscheduled');
  });

  it('because it limits the rate is asked again when it said, which is no attempt', async () => {
    const settings = { status: 429, headers: { 'retry-after': '60' } };
    here.handler.answer(() => settings);
    const { syncId } = await connectHandler(here.client, here.handler, { sync: { schedule: daily } });
    const run = await here.inState(await here.startRun(syncId), 'errored');
    const wait = Date.parse(run.nextAttemptAt) - Date.parse(run.finishedAt);
    expect(wait).toBeGreaterThan(58 * SECOND);
    expect(wait).toBeLessThanOrEqual(60 * SECOND);
    here.handler.answer(() => ({ status: 202 }));
    here.at('12:05');
    const again = await here.startAfter({ runId: run.id, syncId });
    expect(again.data).toMatchObject({ trigger: 'retry', attempt: 1 });
  });

  it('because nobody listens fails it for now', async () => {
    const { connectionId, syncId } = await connectHandler(here.client, here.handler);
    await here.client.api('PATCH', `/v1/connections/${connectionId}`, { settings: { url: 'https://nobody.invalid/' } });
    const run = await here.inState(await here.startRun(syncId, { type: 'full' }), 'errored');
    expect(run.failure).toMatchObject({ code: 'provider_unreachable', class: 'transient' });
  });
});

describe('a connection of a handler', () => {
  it('waits for its secret', async () => {
    const company = await here.client.api('POST', '/v1/companies', { name: 'Shop' });
    const settings = { url: `${here.handler.origin}/run` };
    const path = `/v1/companies/${company.body.id}/connections`;
    const made = await here.client.api('POST', path, { platform: 'handler', name: 'Till', settings });
    expect(made.body.state).toBe('pendingAuth');
    const credentials = { secret: here.handler.secret };
    const linked = await here.client.api('PATCH', `/v1/connections/${made.body.id}`, { credentials });
    expect(linked.body.state).toBe('linked');
    expect(JSON.stringify(linked.body)).not.toContain(here.handler.secret);
  });

  it('is tried by a signed request', async () => {
    const { connectionId } = await connectHandler(here.client, here.handler);
    here.handler.answer(() => ({ status: 204 }));
    expect((await here.client.api('POST', `/v1/connections/${connectionId}/test`)).body).toMatchObject({ ok: true });
    expect(here.handler.told.at(-1)).toMatchObject({ type: 'handler.test', data: { connectionId } });
    here.handler.answer(() => ({ status: 401 }));
    const { body } = await here.client.api('POST', `/v1/connections/${connectionId}/test`);
    expect(body).toMatchObject({ ok: false, failure: { code: 'configuration_invalid', class: 'configuration' } });
  });

  it('that is unlinked under a run fails it', async () => {
    const shop = await connectHandler(here.client, here.handler, { sync: { schedule: daily } });
    const { runId, token } = await here.acceptedRun(shop);
    await here.client.api('POST', `/v1/connections/${shop.connectionId}/unlink`);
    const run = await here.inState(runId, 'errored');
    expect(run.failure).toMatchObject({ code: 'connection_unlinked', class: 'auth' });
    expect(await here.report(runId, 'complete', { token })).toMatchObject({ status: 409 });
  });

  it('that is deleted takes its runs along', async () => {
    const shop = await connectHandler(here.client, here.handler, { sync: { schedule: daily } });
    const { runId, token } = await here.acceptedRun(shop);
    await here.client.api('DELETE', `/v1/connections/${shop.connectionId}`);
    expect(await here.report(runId, 'complete', { token })).toMatchObject({ status: 404 });
  });

  it('is a platform with schemas of what it needs', async () => {
    const { body } = await here.client.api('GET', '/v1/platforms');
    const platform = body.data.find((one: { platform: string }) => one.platform === 'handler');
    expect(platform).toMatchObject({ models: [], modelsInSettings: true, credentialsRequired: true });
    expect(Object.keys(platform.settingsSchema.properties)).toEqual(['url', 'models', 'timeout', 'maximumDuration']);
    expect(platform.credentialsSchema.required).toEqual(['secret']);
  });
});
