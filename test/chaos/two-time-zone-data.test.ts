import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { instant, plus, DAY, HOUR, toIso } from '../../src/domain/time/instant.js';
import { eventually } from '../support/eventually.js';
import { query } from '../support/postgres.js';
import { syncOf } from '../support/schedules.js';
import { StartedProcesses } from '../support/started-processes.js';
import { startWorld, type TestClient, type World } from '../support/world.js';
import { writeOlderZoneData } from '../support/zone-data.js';

const OLDER = '2023d';
/** A world's clock is set by hand, that of other processes is the database's. */
const tomorrow = plus(instant(`${new Date().toISOString().slice(0, 10)}T00:00:00Z`), DAY);

const processes = new StartedProcesses();
let folder: string;
let older: Readonly<Record<string, string>>;
let world: World;
let client: TestClient;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-zones-'));
  older = await writeOlderZoneData(folder, OLDER);
  world = await startWorld();
  client = await world.newClient();
});
afterEach(async () => {
  await processes.end();
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

const startDispatcher = (data: Readonly<Record<string, string>>) =>
  processes.start({ ...world.env, ...data }, 'dispatcher');

const sql = (text: string, ...parameters: unknown[]) => query(world.database.superuserUrl, text, parameters);
const changesOf = async (syncId: string) => (await client.api('GET', `/v1/syncs/${syncId}/due-date-changes`)).body.data;
const openOf = async (syncId: string) => (await client.api('GET', `/v1/syncs/${syncId}/periods`)).body.data[0];

/** Two processes start, and each looks every ten seconds. */
const PATIENCE = { timeout: 180_000 };

it(
  'a process with older rules moves due dates by them, one with newer rules moves them back, and the older obeys',
  PATIENCE,
  async () => {
    const schedule = { selectedFrequency: 'Daily', startDate: '2025-01-01', syncHour: 0, timeZone: 'Asia/Almaty' };
    const syncId = await syncOf(client, { schedule });
    // Far enough ahead that no run date is given: midnight in Almaty, at UTC+5.
    const dueDate = plus(tomorrow, 9 * DAY + 19 * HOUR);
    await sql(
      `update sync_period set due_date = $2, time_zone_data = '2022a' where sync_id = $1`,
      syncId,
      toIso(dueDate),
    );
    const early = await startDispatcher(older);
    // By the older rules it is at UTC+6.
    const [moved] = await eventually(async () => (await changesOf(syncId)).length === 1 && changesOf(syncId), {
      timeout: 60_000,
      what: 'a due date moved by the older rules',
    });
    expect(moved).toMatchObject({
      previousDueDate: toIso(dueDate),
      dueDate: toIso(plus(dueDate, -HOUR)),
      previousTimeZoneDataVersion: '2022a',
      timeZoneDataVersion: OLDER,
    });
    await startDispatcher({});
    const [back] = await eventually(async () => (await changesOf(syncId)).length === 2 && changesOf(syncId), {
      timeout: 60_000,
      what: 'a due date moved back by the newer rules',
    });
    expect(back).toMatchObject({
      previousDueDate: toIso(plus(dueDate, -HOUR)),
      dueDate: toIso(dueDate),
      previousTimeZoneDataVersion: OLDER,
      timeZoneDataVersion: process.versions['tz'],
    });
    const port = /localhost:(\d+)/.exec(early.output())?.[1];
    const ready = await eventually(
      async () => {
        const { status, checks } = (await (await fetch(`http://127.0.0.1:${port}/readyz`)).json()) as {
          status: string;
          checks: Record<string, { detail?: string }>;
        };
        const { detail } = checks['timeZoneData'] ?? {};
        return detail === undefined ? undefined : { status, detail };
      },
      { timeout: 60_000, what: 'word of the older process' },
    );
    expect(ready.status).toBe('ready');
    expect(ready.detail).toContain(`tzdata ${OLDER}`);
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(metrics).toMatch(/^meridian_time_zone_data_outdated 1$/m);
    expect(metrics).toMatch(/^meridian_time_zone_data_versions 2$/m);
    // What is planned by rules nobody knows is left to the newer one, though the older looks just as often.
    await sql(`update sync_period set time_zone_data = '2022a' where sync_id = $1`, syncId);
    await eventually(
      async () => {
        const [row] = await sql('select time_zone_data as version from sync_period where sync_id = $1', syncId);
        return row?.['version'] === process.versions['tz'];
      },
      { timeout: 60_000, what: 'the version of the newer process' },
    );
    expect((await openOf(syncId)).dueDate).toBe(toIso(dueDate));
    expect(await changesOf(syncId)).toHaveLength(2);
  },
);
