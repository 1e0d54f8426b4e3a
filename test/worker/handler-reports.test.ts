import { describe, expect, it } from 'vitest';
import { connectHandler } from '../support/handler.js';
import { daily, HandlerWorld } from '../support/handler-world.js';

const here = new HandlerWorld();

describe('progress', () => {
  it('keeps counts, a line and a checkpoint, and gives more time', async () => {
    const { runId, token } = await here.acceptedRun(
      await connectHandler(here.client, here.handler, { sync: { schedule: daily } }),
    );
    const first = await here.report(runId, 'progress', {
      token,
      models: { orders: { fetched: 10, created: 4, total: 40 } },
    });
    expect(first).toMatchObject({ status: 200, body: { abortRequested: false } });
    const second = await here.report(runId, 'progress', {
      token,
      models: { orders: { fetched: 20 }, products: { skipped: 2 } },
      message: 'Page 2\nof 4',
      checkpoint: { page: 2 },
    });
    expect(Date.parse(second.body.awaitingUntil)).toBeGreaterThan(Date.parse(first.body.awaitingUntil));
    const { progress, state } = await here.runOf(runId);
    expect(state).toBe('running');
    expect(progress.orders).toMatchObject({ fetched: 20, created: 4, updated: 0, total: 40 });
    expect(progress.products).toMatchObject({ fetched: 0, skipped: 2 });
    const lines = (await here.client.api('GET', `/v1/runs/${runId}/logs`)).body.data;
    expect(lines.map(({ message }: { message: string }) => message)).toContain('Page 2 of 4');
  });

  it('gives no more time than a run may take in all', async () => {
    const settings = { timeout: 'PT1H', maximumDuration: 'PT30M' };
    const shop = await connectHandler(here.client, here.handler, { settings, sync: { schedule: daily } });
    const { runId, token } = await here.acceptedRun(shop);
    const [start] = here.handler.starts(runId);
    expect((await here.report(runId, 'progress', { token })).body.awaitingUntil).toBe(start?.data.deadline);
  });

  it('comes before the answer to the start, or in it, and counts all the same', async () => {
    here.handler.answer(async ({ data }) => {
      await here.report(data.runId, 'progress', { token: data.token, models: { orders: { fetched: 5 } } });
      return { status: 202 };
    });
    const { runId } = await here.acceptedRun(
      await connectHandler(here.client, here.handler, { sync: { schedule: daily } }),
    );
    expect((await here.runOf(runId)).progress.orders.fetched).toBe(5);
  });

  it.each([
    [{}, ['/token required']],
    [{ token: 1 }, ['/token invalid_type']],
    [[], [' invalid_type']],
    [{ token: 't', page: 1 }, ['/page unknown_field']],
    [{ token: 't', models: [] }, ['/models invalid_type']],
    [{ token: 't', models: { orders: { read: 1 } } }, ['/models/orders/read unknown_field']],
    [{ token: 't', models: { orders: { fetched: 1.5 } } }, ['/models/orders/fetched invalid_type']],
    [{ token: 't', models: { orders: { fetched: '1' } } }, ['/models/orders/fetched invalid_type']],
    [{ token: 't', models: { orders: { fetched: null } } }, ['/models/orders/fetched invalid_type']],
    [{ token: 't', models: { orders: { fetched: -1 } } }, ['/models/orders/fetched out_of_range']],
    [{ token: 't', models: { orders: { fetched: 2 ** 53 } } }, ['/models/orders/fetched out_of_range']],
    [{ token: 't', models: { 'a b': {} } }, ['/models/a b invalid_format']],
    [{ token: 't', message: '' }, ['/message too_short']],
    [{ token: 't', message: 'm'.repeat(1_001) }, ['/message too_long']],
    [{ token: 't', checkpoint: 'page 2' }, ['/checkpoint invalid_type']],
    [{ token: 't', checkpoint: { at: 'c'.repeat(10_240) } }, ['/checkpoint too_long']],
    [{ token: 't', checkpoint: { at: '\0' } }, ['/checkpoint/at invalid_characters']],
    [{ models: 1, message: 1 }, ['/token required', '/models invalid_type', '/message invalid_type']],
  ])('%#: is refused with every problem', async (body, problems) => {
    expect(await here.problemsOf('progress', body)).toEqual(problems);
  });

  it('of a model that the connection does not have is refused', async () => {
    const settings = { models: [{ name: 'orders' }] };
    const { runId, token } = await here.acceptedRun(
      await connectHandler(here.client, here.handler, { settings, sync: { schedule: daily } }),
    );
    const { status, body } = await here.report(runId, 'progress', { token, models: { constructor: {} } });
    expect([status, body.errors[0]]).toMatchObject([
      422,
      { pointer: '/models/constructor', code: 'unknown_reference' },
    ]);
  });
});

describe('completion', () => {
  it('settles the period, plans the next and announces it', async () => {
    const shop = await connectHandler(here.client, here.handler, { sync: { schedule: daily } });
    const { connectionId, syncId } = shop;
    const { runId, token } = await here.acceptedRun(shop);
    const models = { orders: { fetched: 5, created: 5 }, products: {} };
    const done = await here.report(runId, 'complete', { token, models, hasMore: true, variables: { seen: [1, null] } });
    expect(done).toMatchObject({
      status: 200,
      body: { id: runId, state: 'completed', statusCode: 2000, partial: true },
    });
    expect(await here.ledger(syncId)).toMatchObject([{ status: 'planned' }, { status: 'succeeded', runId }]);
    const told = (await here.client.api('GET', `/v1/webhook-messages?syncId=${syncId}`)).body.data;
    // The records are the handler's: there is nothing new in Meridian's own feed.
    expect(told.map(({ type }: { type: string }) => type)).not.toContain('records.changed');
    const [message] = await here.messagesOf(syncId);
    const { payload } = (await here.client.api('GET', `/v1/webhook-messages/${message.id}`)).body;
    expect(payload).toMatchObject({
      type: 'sync.period.completed.initial',
      data: { runId, hasMore: true, records: { orders: { fetched: 5, created: 5 }, products: { fetched: 0 } } },
    });
    const variable = await here.client.api('GET', `/v1/connections/${connectionId}/variables/seen`);
    expect(variable.body.value).toEqual([1, null]);
  });

  it.each([
    [{}, 2040],
    [{ orders: { fetched: 3, skipped: 3 } }, 2040],
    [{ orders: { fetched: 3 } }, 2000],
    [{ orders: { deleted: 1 } }, 2000],
  ])('with the counts %j has the status %i', async (models, statusCode) => {
    const { runId, token } = await here.acceptedRun(
      await connectHandler(here.client, here.handler, { sync: { schedule: daily } }),
    );
    expect((await here.report(runId, 'complete', { token, models })).body).toMatchObject({
      state: 'completed',
      statusCode,
    });
  });

  it('may come again, and is answered alike; any other report is too late', async () => {
    const shop = await connectHandler(here.client, here.handler, { sync: { schedule: daily } });
    const { runId, token } = await here.acceptedRun(shop);
    const body = { token, models: { orders: { created: 1 } }, hasMore: false };
    const both = await Promise.all([here.report(runId, 'complete', body), here.report(runId, 'complete', body)]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    const reordered = { hasMore: false, models: { orders: { created: 1 } }, token };
    expect((await here.report(runId, 'complete', reordered)).body).toEqual(both[0].body);
    const late = [
      await here.report(runId, 'complete', { token, models: { orders: { created: 2 } } }),
      await here.report(runId, 'fail', { token, errorMessage: 'After all not.' }),
      await here.report(runId, 'progress', { token }),
    ];
    for (const answer of late) expect(answer).toMatchObject({ status: 409, body: { code: 'run_superseded' } });
    expect(await here.messagesOf(shop.syncId)).toHaveLength(1);
  });

  it('may come before the answer to the start', async () => {
    here.handler.answer(async ({ data }) => {
      await here.report(data.runId, 'complete', { token: data.token, models: { orders: { created: 1 } } });
      return { status: 202 };
    });
    const { syncId } = await connectHandler(here.client, here.handler, { sync: { schedule: daily } });
    const runId = await here.startRun(syncId);
    await here.inState(runId, 'completed');
    expect(here.handler.starts(runId)).toHaveLength(1);
  });

  it('is refused for a wrong token as for a late one, and for what has no token at all', async () => {
    const shop = await connectHandler(here.client, here.handler, { sync: { schedule: daily } });
    const { runId } = await here.acceptedRun(shop);
    for (const token of ['nonsense', '5d0c6c0f-3f0e-4a53-9a34-0a8f4c5b7a11']) {
      const refused = await here.report(runId, 'complete', { token });
      expect(refused).toMatchObject({ status: 409, body: { code: 'run_superseded' } });
    }
    expect((await here.runOf(runId)).state).toBe('running');
    expect(await here.report(`run_${'0'.repeat(26)}`, 'complete', { token: 't' })).toMatchObject({ status: 404 });
  });

  it.each([
    [{ token: 't', hasMore: 'no' }, ['/hasMore invalid_type']],
    [{ token: 't', variables: { lastFilterDate: '-P6M' } }, ['/variables/lastFilterDate not_applicable']],
    [{ token: 't', variables: { 'a-b': 1 } }, ['/variables/a-b invalid_format']],
    [{ token: 't', variables: { a: 'x'.repeat(10_000) } }, ['/variables/a too_long']],
  ])('%#: is refused with every problem', async (body, problems) => {
    expect(await here.problemsOf('complete', body)).toEqual(problems);
  });

  it('needs the scope to write', async () => {
    const keys = `/admin/v1/clients/${here.client.clientId}/api-keys`;
    const { body: key } = await here.world.admin('POST', keys, { name: 'reader', scopes: ['read'] });
    const headers = { authorization: `Bearer ${key.key}` };
    for (const what of ['progress', 'complete', 'fail']) {
      const answer = await here.client.api('POST', `/v1/runs/run_${'0'.repeat(26)}/${what}`, { token: 't' }, headers);
      expect(answer).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } });
    }
  });
});

describe('failure', () => {
  it('is tried again with a new token, going on from the checkpoint', async () => {
    const shop = await connectHandler(here.client, here.handler, { sync: { schedule: daily } });
    const { runId, token } = await here.acceptedRun(shop);
    await here.report(runId, 'progress', { token, models: { orders: { created: 7 } }, checkpoint: { page: 3 } });
    const errorDetails = ['first\nline', 'second'];
    const failed = await here.report(runId, 'fail', { token, errorMessage: 'The till is closed.', errorDetails });
    expect(failed).toMatchObject({
      status: 200,
      body: {
        state: 'errored',
        failure: { code: 'handler_failed', class: 'transient' },
        errorMessage: 'The till is closed.',
        errorDetails: 'first line\nsecond',
      },
    });
    expect(failed.body.nextAttemptAt).not.toBeNull();
    here.at('12:10');
    const again = await here.startAfter({ runId, syncId: shop.syncId });
    expect(again.data).toMatchObject({
      trigger: 'retry',
      checkpoint: { page: 3 },
      progress: { orders: { created: 7 } },
    });
    expect(again.data.token).not.toBe(token);
    const late = await here.report(runId, 'complete', { token });
    expect(late).toMatchObject({ status: 409, body: { code: 'run_superseded' } });
    expect(
      (await here.report(runId, 'fail', { token, errorMessage: 'The till is closed.', errorDetails })).status,
    ).toBe(200);
  });

  it('without a checkpoint begins to count anew', async () => {
    const shop = await connectHandler(here.client, here.handler, { sync: { schedule: daily } });
    const { runId, token } = await here.acceptedRun(shop);
    await here.report(runId, 'progress', { token, models: { orders: { created: 7 } } });
    await here.report(runId, 'fail', { token, errorMessage: 'Not now.' });
    here.at('12:10');
    const again = await here.startAfter({ runId, syncId: shop.syncId });
    expect(again.data).toMatchObject({ attempt: 2, checkpoint: null, progress: {} });
    await here.report(again.data.runId, 'complete', { token: again.data.token });
    expect((await here.runOf(again.data.runId)).progress).toEqual({});
  });

  it.each([
    ['permanent', 'active', 'linked'],
    ['configuration', 'active', 'linked'],
    ['auth', 'suspended', 'deauthorized'],
  ])(
    'of the class %s is not tried again and leaves the sync %s, the connection %s',
    async (failureClass, sync, connection) => {
      const shop = await connectHandler(here.client, here.handler, { sync: { schedule: daily } });
      const { runId, token } = await here.acceptedRun(shop);
      const { body } = await here.report(runId, 'fail', { token, errorMessage: 'No.', class: failureClass });
      expect(body).toMatchObject({ state: 'errored', nextAttemptAt: null, failure: { class: failureClass } });
      expect((await here.client.api('GET', `/v1/syncs/${shop.syncId}`)).body.state).toBe(sync);
      expect((await here.client.api('GET', `/v1/connections/${shop.connectionId}`)).body.state).toBe(connection);
    },
  );

  it('by a limit of the rate is tried again when the handler says', async () => {
    const { runId, token } = await here.acceptedRun(
      await connectHandler(here.client, here.handler, { sync: { schedule: daily } }),
    );
    const retryAt = '2022-07-13T12:42:00.000Z';
    const failed = await here.report(runId, 'fail', { token, errorMessage: 'Slow down.', class: 'rateLimit', retryAt });
    expect(failed.body).toMatchObject({ nextAttemptAt: retryAt });
  });

  it.each([
    [{ token: 't' }, ['/errorMessage required']],
    [{ token: 't', errorMessage: 'No.', errorDetails: 'No.' }, ['/errorDetails invalid_type']],
    [{ token: 't', errorMessage: 'No.', errorDetails: [1] }, ['/errorDetails/0 invalid_type']],
    [{ token: 't', errorMessage: 'No.', class: 'fatal' }, ['/class unsupported_value']],
    [{ token: 't', errorMessage: 'No.', retryAt: '2022-07-13T12:42:00Z' }, ['/retryAt not_applicable']],
    [{ token: 't', errorMessage: 'No.', class: 'rateLimit', retryAt: 'soon' }, ['/retryAt invalid_date']],
  ])('%#: is refused with every problem', async (body, problems) => {
    expect(await here.problemsOf('fail', body)).toEqual(problems);
  });
});
