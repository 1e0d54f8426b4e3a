import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Instant } from '../../src/domain/time/instant.js';
import { eventually } from '../support/eventually.js';
import { query } from '../support/postgres.js';
import { randomNumbers } from '../support/random-numbers.js';
import { startWorld, type Answer, type TestClient, type World } from '../support/world.js';
import { SourceServer } from './harness/source-server.js';

const FROM = Date.parse('2027-03-26T10:10:00Z') as Instant;
const HOUR = 3_600_000;
const SYNCS = 6;
const EDITS = Number(process.env['CHAOS_EDITS'] ?? 60);
const SEEDS = (process.env['CHAOS_SEEDS'] ?? '1,2').split(',').map(Number);
const ZONES = ['Etc/UTC', 'Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'Pacific/Apia'];

const OPEN = ['planned', 'assigned', 'queued', 'running'];

let world: World;
let client: TestClient;
let source: SourceServer;
let random: () => number;
let now: number;
let connectionIds: readonly string[];
let syncs: { readonly id: string; readonly connectionId: string }[];

const upTo = (count: number): number => Math.floor(random() * count);
const pick = <T>(values: readonly T[]): T => values[upTo(values.length)] as T;

/** A refusal is an answer; only a fault of the product is none. */
async function ask(method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await client.api(method, path, body);
  if (answer.status >= 500) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer;
}

const schedule = () => ({
  selectedFrequency: random() < 0.8 ? 'Daily' : 'Hourly',
  startDate: '2027-03-20',
  syncHour: upTo(24),
  timeZone: pick(ZONES),
});

async function addSync(connectionId: string): Promise<void> {
  const { body } = await ask('POST', `/v1/connections/${connectionId}/syncs`, { name: 'orders', schedule: schedule() });
  syncs.push({ id: body.id, connectionId });
}

/** Everything a person can do to a sync while it runs, and time that passes meanwhile. */
async function edit(): Promise<void> {
  const { id, connectionId } = pick(syncs);
  const dice = random();
  if (dice < 0.3) await ask('PUT', `/v1/syncs/${id}/schedule`, { ...schedule(), startDate: '2027-03-20' });
  else if (dice < 0.45) await ask('PATCH', `/v1/syncs/${id}`, { enabled: random() < 0.5 });
  else if (dice < 0.65) await ask('POST', `/v1/syncs/${id}/runs`, { type: 'latest' });
  else if (dice < 0.7) await abortOf(id);
  else if (dice < 0.73) await replace(id, connectionId);
  else await live(random() * 30 * HOUR);
}

async function abortOf(syncId: string): Promise<void> {
  const { body } = await ask('GET', `/v1/runs?syncId=${syncId}&state=running`);
  for (const { id } of body.data) await ask('POST', `/v1/runs/${id}/abort`);
}

async function replace(syncId: string, connectionId: string): Promise<void> {
  await expectExactChain(syncId);
  await ask('DELETE', `/v1/syncs/${syncId}`);
  syncs = syncs.filter(({ id }) => id !== syncId);
  await addSync(connectionId);
}

function move(milliseconds: number): void {
  now += milliseconds;
  world.clock.runFrom(now as Instant);
}

/**
 * Moves the clock on, until a source is asked: what is edited next may be running. First what runs may end: a run of
 * twenty hours, by the clock, would be expected to take as long the next time, and be planned for.
 */
async function live(milliseconds: number): Promise<void> {
  const isStill = async () => (await unfinished()).every(({ status }) => status !== 'running');
  await eventually(isStill, { timeout: 30_000, what: 'no run under way' });
  const asked = source.log.length;
  move(milliseconds);
  // Nothing may be due.
  await eventually(() => source.log.length > asked, { timeout: 3_000 }).catch(() => undefined);
}

/** Each period that is done starts where the one before ended, and so does the one that is open. */
async function expectExactChain(syncId: string): Promise<number> {
  const { body: coverage } = await ask('GET', `/v1/syncs/${syncId}/coverage`);
  expect(coverage).toMatchObject({ complete: true, gaps: [], overlaps: [], declaredGaps: [] });
  const { body: sync } = await ask('GET', `/v1/syncs/${syncId}`);
  const { body: done } = await ask('GET', `/v1/syncs/${syncId}/periods?status=succeeded&limit=200`);
  const chain = done.data.toReversed();
  type Span = { readonly start: string; readonly dueDate: string };
  const ends = chain.map(({ dueDate }: Span) => dueDate);
  expect(chain.slice(1).map(({ start }: Span) => start)).toEqual(ends.slice(0, -1));
  const open = await Promise.all(OPEN.map((status) => ask('GET', `/v1/syncs/${syncId}/periods?status=${status}`)));
  // What was settled between two readings has moved on from where the first one found it.
  const behind = open.flatMap(({ body }) => body.data).filter(({ start }: Span) => start < (sync.watermark ?? start));
  expect(behind).toEqual([]);
  return chain.length;
}

/** What is running, and what is due and waits. */
const unfinished = async (): Promise<readonly { readonly status: string }[]> =>
  query(
    world.database.superuserUrl,
    `select p.sync_id, p.status, p.period_start, p.due_date, p.run_date, p.run_date_reason, p.attempt, r.state as run,
            r.error_message as error, $1::timestamptz as now
       from sync_period p left join run r on r.client_id = p.client_id and r.id = p.run_id
      where p.status in ('queued', 'running') or (p.status in ('planned', 'assigned') and p.due_date <= $1)`,
    [new Date(await world.clock.now())],
  );

async function settled(): Promise<void> {
  await eventually(async () => (await unfinished()).length === 0, { timeout: 120_000 }).catch(
    async (error: unknown) => {
      throw new Error(`not at rest: ${JSON.stringify(await unfinished())}`, { cause: error });
    },
  );
}

beforeEach(async () => {
  now = FROM;
  source = await SourceServer.start({ now: () => now, random: Math.random, failing: 0, slowness: 60 });
  world = await startWorld({ roles: 'api,dispatcher,worker', outboundAllow: [source.origin], workerConcurrency: 8 });
  world.clock.runFrom(FROM);
  client = await world.newClient();
  await ask('PATCH', '/v1/client', { catchUp: 'each', frequencyOptions: ['Daily', 'Hourly'] });
  syncs = [];
  const ids: string[] = [];
  for (let n = 0; n < SYNCS; n += 1) {
    const company = await ask('POST', '/v1/companies', { name: `Company ${n}` });
    const settings = source.settings(`shop${n}`, 5);
    const body = { platform: 'rest', name: 'Till', settings };
    ids.push((await ask('POST', `/v1/companies/${company.body.id}/connections`, body)).body.id);
  }
  connectionIds = ids;
});
afterEach(async () => {
  await world.close();
  await source.close();
});

it.each(SEEDS)('edits at random leave neither gap nor overlap (seed %i)', { timeout: 240_000 }, async (seed) => {
  random = randomNumbers(seed);
  for (const connectionId of connectionIds) await addSync(connectionId);
  for (let n = 0; n < EDITS; n += 1) await edit();
  // Less than the hours that Hourly syncs owe by now would take too long to be waited for.
  for (const { id } of syncs) {
    await ask('PATCH', `/v1/syncs/${id}`, { enabled: true });
    await ask('PUT', `/v1/syncs/${id}/schedule`, { ...schedule(), selectedFrequency: 'Daily' });
  }
  move(24 * HOUR);
  await settled();
  let done = 0;
  for (const { id } of syncs) done += await expectExactChain(id);
  process.stdout.write(`seed ${seed}: ${EDITS} edits, ${done} periods done\n`);
  expect(done).toBeGreaterThan(SYNCS);
});
