import { afterAll, beforeAll, expect, it } from 'vitest';
import { instantOf } from '../../src/domain/time/instant.js';
import type { RecordedAttempt } from '../../src/ports/webhooks.js';
import { startDeliveries, type Deliveries } from '../support/deliveries.js';
import { query } from '../support/postgres.js';

const url = 'http://127.0.0.1:9/hook';

let world: Deliveries;
beforeAll(async () => {
  world = await startDeliveries({ allow: ['http://127.0.0.1:9'], policy: { concurrency: 0 } });
});
afterAll(async () => {
  await world.close();
  await world.database.drop();
});

it('an attempt that two workers made is recorded by one of them', async () => {
  const { endpoint } = await world.endpoints.create(world.clientId, { url });
  const messageId = await world.publish();
  const now = instantOf(Date.now());
  const attempt: RecordedAttempt = {
    messageId,
    state: 'delivered',
    endpointId: endpoint.id,
    attempt: 1,
    attemptedAt: now,
    url,
    requestHeaders: {},
    statusCode: 204,
    duration: 1,
  };
  const record = () =>
    world.db.asClient(world.clientId, ({ webhookDeliveries }) => webhookDeliveries.record(endpoint.id, [attempt]));
  const recorded = await Promise.all([record(), record(), record()]);
  expect(recorded.toSorted((a, b) => a - b)).toEqual([0, 0, 1]);
  expect(await world.attempts(messageId)).toMatchObject([{ attempt: 1, statusCode: 204 }]);
});

it('a company’s messages outlive it, an endpoint’s deliveries do not', async () => {
  const { endpoint } = await world.endpoints.create(world.clientId, { url });
  const messageId = await world.publish();
  await world.endpoints.delete(world.clientId, endpoint.id);
  await query(world.database.superuserUrl, 'delete from company where id = $1', [world.companyId]);
  const { deliveries } = await world.message(messageId);
  expect(deliveries.map(({ endpointId }) => endpointId)).not.toContain(endpoint.id);
});
