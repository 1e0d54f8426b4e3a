import { afterAll, beforeAll, expect, it } from 'vitest';
import { Database } from '../../src/ports/database.js';
import { syncOf } from '../support/schedules.js';
import { query } from '../support/postgres.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

let world: World;
let client: TestClient;
beforeAll(async () => {
  world = await startWorld();
  client = await world.newClient();
});
afterAll(() => world.close());

it('what is read at one moment does not see what is committed meanwhile; the next look does', async () => {
  const syncId = await syncOf(client);
  const database = world.app.get(Database, { strict: false });
  const states = await database.asClientAtOneMoment(client.clientId, async ({ syncs }) => {
    const before = await syncs.find(syncId);
    await query(world.database.superuserUrl, 'update sync set consecutive_failures = 7 where id = $1', [syncId]);
    return [before, await syncs.find(syncId)].map((sync) => sync?.consecutiveFailures);
  });
  expect(states).toEqual([0, 0]);
  const after = await database.asClient(client.clientId, ({ syncs }) => syncs.find(syncId));
  expect(after?.consecutiveFailures).toBe(7);
});
