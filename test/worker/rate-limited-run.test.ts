import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { HOUR, instant, MINUTE, plus, type Instant } from '../../src/domain/time/instant.js';
import { eventually } from '../support/eventually.js';
import { startHttpSource, type HttpSource } from '../support/list-source.js';
import { DAILY_IN_LONDON } from '../support/schedules.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

/** Half an hour after the first due date. */
const NOW = instant('2022-07-13T23:30:00Z');

let world: World;
let client: TestClient;
let source: HttpSource;
/** Pages asked for, in order. */
let asked: number[];
/** The Retry-After with which the source refuses the nth request, if it does. */
let refusal: (nth: number) => string | undefined;

beforeAll(async () => {
  source = await startHttpSource((request, response) => {
    const page = Number(new URL(request.url ?? '', 'http://source').searchParams.get('page'));
    asked.push(page);
    const retryAfter = refusal(asked.length);
    if (retryAfter !== undefined) return void response.writeHead(429, { 'retry-after': retryAfter }).end();
    response.end(JSON.stringify(page <= 4 ? [{ id: page }] : []));
  });
  world = await startWorld({ roles: 'api,dispatcher,worker', outboundAllow: [source.url] });
});
afterAll(async () => {
  await world.close();
  await source.close();
});
beforeEach(async () => {
  asked = [];
  refusal = () => undefined;
  world.clock.set(instant('2022-07-13T15:00:00Z'));
  client = await world.newClient();
});

/** A sync whose first period is due. */
async function dueSync(): Promise<string> {
  const { body: company } = await client.api('POST', '/v1/companies', { name: 'Corner Shop' });
  const { body: connection } = await client.api('POST', `/v1/companies/${company.id}/connections`, {
    platform: 'rest',
    name: 'Till',
    settings: { baseUrl: source.url, models: { orders: { path: 'orders', pagination: { type: 'page' } } } },
  });
  const { body: sync } = await client.api('POST', `/v1/connections/${connection.id}/syncs`, {
    schedule: DAILY_IN_LONDON,
  });
  world.clock.set(NOW);
  return sync.id;
}

const runsOf = async (syncId: string) => (await client.api('GET', `/v1/syncs/${syncId}/runs`)).body.data;
const finished = (syncId: string, count: number) =>
  eventually(
    async () => {
      const runs = await runsOf(syncId);
      return runs.filter((run: { finishedAt: string | null }) => run.finishedAt !== null).length >= count && runs;
    },
    { what: `${count} finished runs` },
  );
const runDateOf = async (syncId: string): Promise<Instant> =>
  instant((await client.api('GET', `/v1/syncs/${syncId}`)).body.nextPeriod.runDate);

it('goes on in the same run after a short pause that the source asks for', async () => {
  refusal = (nth) => (nth === 3 ? '3' : undefined);
  const syncId = await dueSync();
  const runs = await finished(syncId, 1);
  expect(runs).toMatchObject([{ state: 'completed', attempt: 1, progress: { orders: { fetched: 4 } } }]);
  expect(asked).toEqual([1, 2, 3, 3, 4, 5]);
});

it('goes on from its page in another run after a long one, however often, and no attempt is used up', async () => {
  // More refusals than there are attempts in a row.
  refusal = (nth) => (nth >= 3 && nth < 9 ? '60' : undefined);
  const syncId = await dueSync();
  for (let count = 1; count <= 6; count += 1) {
    const [run] = await finished(syncId, count);
    expect(run).toMatchObject({ state: 'errored', attempt: 1, failure: { code: 'provider_rate_limited' } });
    const resumes = await runDateOf(syncId);
    expect(resumes).toBe(plus(await world.clock.now(), MINUTE));
    world.clock.set(resumes);
  }
  const runs = await finished(syncId, 7);
  expect(runs[0]).toMatchObject({ state: 'completed', attempt: 1, trigger: 'retry' });
  expect(asked.slice(0, 4)).toEqual([1, 2, 3, 3]);
  expect(asked.slice(-3)).toEqual([3, 4, 5]);
});

it('comes back within the hour, whatever the source asks for', async () => {
  refusal = () => '99999999999';
  const syncId = await dueSync();
  await finished(syncId, 1);
  expect(await runDateOf(syncId)).toBe(plus(NOW, HOUR));
});

it('stops within seconds when it is aborted in a pause', async () => {
  refusal = () => '25';
  const syncId = await dueSync();
  await eventually(() => asked.length === 1);
  const [run] = await runsOf(syncId);
  const aborted = performance.now();
  await client.api('POST', `/v1/runs/${run.id}/abort`);
  expect(await finished(syncId, 1)).toMatchObject([{ state: 'aborted' }]);
  expect(performance.now() - aborted).toBeLessThan(5_000);
});
