import { afterAll, beforeAll, expect, it } from 'vitest';
import { TellLate } from '../../src/dispatch/tell-late.js';
import { instant } from '../../src/domain/time/instant.js';
import { schemaProblems } from '../support/contract.js';
import { eventually } from '../support/eventually.js';
import { connectShop } from '../support/shop-of-a-company.js';
import { Source } from '../support/source.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

let source: Source;
let world: World;
let client: TestClient;

beforeAll(async () => {
  source = await Source.start();
  // Nobody executes runs: periods are queued, and wait.
  world = await startWorld({ roles: 'api,dispatcher', outboundAllow: [source.origin] });
  client = await world.newClient();
});
afterAll(async () => {
  await world.close();
  await source.close();
});

const daily = { selectedFrequency: 'Daily', startDate: '2022-05-01', syncHour: 0, timeZone: 'Europe/London' };
const tell = () => world.app.get(TellLate, { strict: false }).tick();

it('a period that has not succeeded by its next due date is told as late, once', async () => {
  world.clock.runFrom(instant('2022-07-13T15:00:00Z'));
  const { syncId } = await connectShop(client, source, { schedule: daily });
  const late = async () => {
    await tell();
    const { body } = await client.api('GET', `/v1/webhook-messages?type=sync.period.late&syncId=${syncId}`);
    return body.data as { readonly id: string }[];
  };
  world.clock.runFrom(instant('2022-07-13T23:00:00Z'));
  await eventually(
    async () => {
      const { body } = await client.api('GET', `/v1/syncs/${syncId}/periods`);
      return body.data[0].runDate !== null;
    },
    { what: 'a run date' },
  );
  expect(await late()).toEqual([]);
  world.clock.runFrom(instant('2022-07-14T22:59:59Z'));
  expect(await late()).toEqual([]);
  world.clock.runFrom(instant('2022-07-14T23:00:00Z'));
  const [message, ...others] = await late();
  expect(others).toEqual([]);
  expect(await late()).toHaveLength(1);
  const { body } = await client.api('GET', `/v1/webhook-messages/${message?.id}`);
  expect(schemaProblems(['components', 'schemas', 'SyncPeriodLate'], body.payload)).toEqual([]);
  expect(body.payload.data).toMatchObject({
    syncId,
    period: { start: '2022-04-30T23:00:00.000Z', finish: '2022-07-13T23:00:00.000Z' },
    nextDueDate: '2022-07-14T23:00:00.000Z',
    isInitial: true,
  });
});
