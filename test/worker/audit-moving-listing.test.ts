import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { connectShop } from '../support/shop-of-a-company.js';
import { UnfilteredSource, type ListedRow } from '../support/unfiltered-source.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

let source: UnfilteredSource;
let world: World;
let client: TestClient;

beforeAll(async () => {
  source = await UnfilteredSource.start();
  world = await startWorld({ roles: 'api,dispatcher,worker', outboundAllow: [source.origin] });
  client = await world.newClient();
});
afterAll(async () => {
  await world.close();
  await source.close();
});

const rows: readonly ListedRow[] = Array.from({ length: 40 }, (_, n) => ({ id: `o${n}` }));

it('a record that moves to a page behind the reader is not taken for a deleted one', async () => {
  const { syncId, connectionId } = await connectShop(client, source, { pageSize: 10 });
  const start = async (): Promise<string> =>
    (await client.api('POST', `/v1/syncs/${syncId}/runs`, { type: 'full' })).body.id;
  const audit = async (more: Record<string, unknown> = {}): Promise<string> => {
    await client.api('PATCH', `/v1/syncs/${syncId}`, { mode: 'audit' });
    const { body } = await client.api('POST', `/v1/syncs/${syncId}/runs`, {
      type: 'range',
      start: '2020-01-01T00:00:00Z',
      finish: '2020-01-02T00:00:00Z',
      ...more,
    });
    return body.id;
  };
  const finished = (runId: string) =>
    eventually(
      async () => {
        const { body } = await client.api('GET', `/v1/runs/${runId}`);
        return body.finishedAt !== null && body;
      },
      { what: 'a finished run' },
    );
  const deleted = async () => {
    const { body } = await client.api('GET', `/v1/connections/${connectionId}/records?limit=200`);
    return body.data.filter((one: { deletedAt: unknown }) => one.deletedAt !== null).map(({ id }: ListedRow) => id);
  };
  source.holds(rows);
  await finished(await start());
  source.hold(10);
  source.requests.length = 0;
  const moving = await audit();
  await eventually(async () => source.requests.includes(10), { what: 'the second page asked for' });
  // With o5 gone, o10 is the last of the first page, which has been read.
  source.holds(rows.filter(({ id }) => id !== 'o5'));
  source.release();
  const run = await finished(moving);
  expect(run).toMatchObject({ state: 'completed', progress: { orders: { deleted: 0, fetched: 39, skipped: 39 } } });
  expect(await deleted()).toEqual([]);
  const { body: log } = await client.api('GET', `/v1/runs/${moving}/logs`);
  expect(log.data.map(({ message }: { message: string }) => message)).toContain(
    '1 of 40 records of orders were not seen: reading it once more, to be sure.',
  );
  // What is really gone is gone the next time.
  expect(await finished(await audit())).toMatchObject({ progress: { orders: { deleted: 1 } } });
  expect(await deleted()).toEqual(['o5']);
  // What is forced is announced once, though the model is read twice.
  source.holds(rows.filter(({ id }) => id !== 'o5' && id !== 'o7'));
  expect(await finished(await audit({ force: true }))).toMatchObject({
    progress: { orders: { fetched: 38, updated: 38, deleted: 1 } },
  });
});
