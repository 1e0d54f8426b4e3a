import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { connectHandler, Handler, type HandledShop } from '../support/handler.js';
import { StartedProcesses } from '../support/started-processes.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

/** Heartbeat, monitor, retry delay and poll together; the promise is 35 s. */
const RECOVERY = 35_000;

const workers = new StartedProcesses();
let handler: Handler;
let world: World;
let client: TestClient;
let shop: HandledShop;

beforeEach(async () => {
  handler = await Handler.start();
  world = await startWorld({ roles: 'api,dispatcher', outboundAllow: [handler.origin] });
  client = await world.newClient();
  const schedule = { selectedFrequency: 'Monthly', startDate: '2026-01-01', syncHour: 0, timeZone: 'Etc/UTC' };
  shop = await connectHandler(client, handler, { sync: { schedule } });
});
afterEach(async () => {
  await workers.end();
  await world.close();
  await handler.close();
});

const startWorker = () => workers.startWorker(world.env);

const startOf = (runId: string, nth: number) =>
  eventually(() => handler.starts(runId)[nth - 1], { timeout: RECOVERY, what: `start ${nth}` });

it('a worker killed while it hands a run over: another does it anew, and the first token is void', async () => {
  const first = await startWorker();
  const { body: run } = await client.api('POST', `/v1/syncs/${shop.syncId}/runs`, { type: 'latest' });
  const unanswered = Promise.withResolvers<{ status: number }>();
  handler.answer(() => (handler.starts(run.id).length === 1 ? unanswered.promise : { status: 202 }));
  const { data: lost } = await startOf(run.id, 1);
  // It has begun all the same, and told where it is.
  const checkpoint = { page: 2 };
  const progress = { token: lost.token, checkpoint, models: { orders: { created: 20 } } };
  expect((await client.api('POST', `/v1/runs/${run.id}/progress`, progress)).status).toBe(200);
  await startWorker();
  first.kill('SIGKILL');
  await first.exited;
  unanswered.resolve({ status: 202 });
  const { id, data } = await startOf(run.id, 2);
  expect(data).toMatchObject({ attempt: 1, checkpoint, progress: { orders: { created: 20 } } });
  expect(data.token).not.toBe(lost.token);
  expect(id).not.toBe(handler.starts(run.id)[0]?.id);
  for (const what of ['progress', 'complete']) {
    const late = await client.api('POST', `/v1/runs/${run.id}/${what}`, { token: lost.token });
    expect(late).toMatchObject({ status: 409, body: { code: 'run_superseded' } });
  }
  const done = await client.api('POST', `/v1/runs/${run.id}/complete`, { token: data.token });
  expect(done).toMatchObject({ status: 200, body: { state: 'completed' } });
  const { body: messages } = await client.api('GET', `/v1/webhook-messages?syncId=${shop.syncId}`);
  const completed = messages.data.filter(({ type }: { type: string }) => type.startsWith('sync.period.completed'));
  expect(completed).toHaveLength(1);
});

it('a worker killed once its run is accepted: nobody starts it again, and its handler completes it', async () => {
  const first = await startWorker();
  const { body: run } = await client.api('POST', `/v1/syncs/${shop.syncId}/runs`, { type: 'latest' });
  const { data } = await startOf(run.id, 1);
  const accepted = async () =>
    (await client.api('GET', `/v1/runs/${run.id}/logs`)).body.data.some(({ message }: { message: string }) =>
      message.startsWith('Accepted'),
    );
  await eventually(accepted, { what: 'an accepted run' });
  first.kill('SIGKILL');
  await first.exited;
  await startWorker();
  const other = await client.api('POST', `/v1/connections/${shop.connectionId}/syncs`, { name: 'other' });
  const { body: next } = await client.api('POST', `/v1/syncs/${other.body.id}/runs`, { type: 'full' });
  // The second worker takes what there is to take.
  await startOf(next.id, 1);
  expect(handler.starts(run.id)).toHaveLength(1);
  const done = await client.api('POST', `/v1/runs/${run.id}/complete`, { token: data.token });
  expect(done).toMatchObject({ status: 200, body: { state: 'completed' } });
});
