import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { AssignRunDates } from '../../src/dispatch/run-dates/assign-run-dates.js';
import { instant } from '../../src/domain/time/instant.js';
import { Database } from '../../src/ports/database.js';
import { query } from '../support/postgres.js';
import { DAILY_IN_LONDON, syncOf } from '../support/schedules.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

const CONFIGURED = instant('2022-07-13T15:00:00Z');
const DUE = instant('2022-07-13T23:00:00Z');

let world: World;
let planner: AssignRunDates;
beforeAll(async () => {
  world = await startWorld();
  planner = world.app.get(AssignRunDates, { strict: false });
});
afterAll(() => world.close());
beforeEach(async () => {
  world.clock.set(CONFIGURED);
  await behindTheBack('delete from sync');
});

const behindTheBack = <Row extends Record<string, unknown>>(sql: string, parameters: unknown[] = []) =>
  query<Row>(world.database.superuserUrl, sql, parameters);

/** Syncs of a client, with what their runs have taken. */
async function measured(client: TestClient, ...averages: readonly (number | null)[]): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const average of averages) {
    const id = await syncOf(client, { schedule: DAILY_IN_LONDON });
    await behindTheBack('update sync set average_run_seconds = $2 where id = $1', [id, average]);
    ids.push(id);
  }
  return ids;
}

const periodOf = async (syncId: string | undefined) =>
  (
    await behindTheBack<{ status: string; cost: number }>(
      'select status, cost_seconds::float8 as cost from sync_period where sync_id = $1',
      [syncId],
    )
  )[0];

const typical = (clients: readonly TestClient[]) =>
  world.app
    .get(Database, { strict: false })
    .asDispatcher(({ dispatch }) => dispatch.typicalSeconds(clients.map(({ clientId }) => clientId)));

it('knows what the runs of a client take by the middle one of its syncs, and what those of all do', async () => {
  const [one, other, fresh] = [await world.newClient(), await world.newClient(), await world.newClient()];
  await measured(one, 1, 2, 3_000, null);
  await measured(other, 8, 9);
  await measured(fresh, null);
  expect(await typical([one])).toEqual({ ofClients: new Map([[one.clientId, 2]]) });
  expect(await typical([other, fresh])).toEqual({ ofClients: new Map([[other.clientId, 8.5]]), ofAll: 8 });
});

it('plans a sync of which nothing has been measured for what its like take, and for five seconds without any', async () => {
  const [known, fresh] = [await world.newClient(), await world.newClient()];
  const [unmeasured] = await measured(fresh, null);
  world.clock.set(DUE);
  await planner.look();
  expect(await periodOf(unmeasured)).toEqual({ status: 'assigned', cost: 5 });
  world.clock.set(CONFIGURED);
  const [, own, ofClient] = await measured(known, 0.25, 40, null);
  const [ofAll] = await measured(fresh, null);
  await behindTheBack(`update sync set average_run_seconds = 0.25 where client_id = $1 and id <> all ($2)`, [
    known.clientId,
    [own, ofClient],
  ]);
  await measured(known, 0.25);
  world.clock.set(DUE);
  await planner.look();
  expect(await periodOf(own)).toEqual({ status: 'assigned', cost: 40 });
  expect(await periodOf(ofClient)).toEqual({ status: 'assigned', cost: 0.25 });
  expect(await periodOf(ofAll)).toEqual({ status: 'assigned', cost: 0.25 });
});

it('gives what becomes overdue while it plans its run date in the same turn, and ends its turn when nothing does', async () => {
  const client = await world.newClient();
  const [first, second] = await measured(client, 1, 1);
  await behindTheBack(`update sync_period set due_date = '2022-08-01T23:00Z' where sync_id = $1`, [second]);
  // As a settlement does it in the meantime: with the first assigned, the second is due.
  await behindTheBack(
    `create function next_is_due() returns trigger language plpgsql as $$
     begin
       update sync_period set due_date = '2022-07-13T23:00Z' where sync_id = '${second}';
       return null;
     end $$;
     create trigger next_is_due after update on sync_period for each row
       when (new.status = 'assigned' and new.sync_id = '${first}') execute function next_is_due()`,
  );
  world.clock.set(DUE);
  await planner.tick();
  expect(await periodOf(first)).toMatchObject({ status: 'assigned' });
  expect(await periodOf(second)).toMatchObject({ status: 'assigned' });
});
