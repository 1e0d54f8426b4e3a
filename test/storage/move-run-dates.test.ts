import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { MoveRunDates } from '../../src/dispatch/run-dates/move-run-dates.js';
import { MINUTE, instant, plus, type Instant } from '../../src/domain/time/instant.js';
import { makeId } from '../../src/platform/new-id.js';
import { query } from '../support/postgres.js';
import { syncOf } from '../support/schedules.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

const NOON = instant('2026-01-01T12:00:00Z');
const SLOT = plus(NOON, 5 * MINUTE);

let world: World;
let client: TestClient;
let mover: MoveRunDates;
beforeAll(async () => {
  world = await startWorld();
  client = await world.newClient();
  mover = world.app.get(MoveRunDates, { strict: false });
});
afterAll(() => world.close());

const behindTheBack = <Row extends Record<string, unknown>>(sql: string, parameters: unknown[] = []) =>
  query<Row>(world.database.superuserUrl, sql, parameters);

/** Two workers, each for one run at a time: a slot holds 96 seconds of work. */
beforeEach(async () => {
  await behindTheBack('delete from process');
  await behindTheBack('delete from sync_period');
  for (const id of ['first', 'second'])
    await behindTheBack(
      `insert into process (id, roles, worker_concurrency, time_zone_data, started_at, seen_at)
       values ($1, '{worker}', 1, 'test', $2, $3)`,
      [id, new Date(plus(NOON, -60 * MINUTE)), new Date(NOON)],
    );
  await tickAt(NOON);
});

async function assigned(count: number, at = SLOT): Promise<void> {
  for (let n = 0; n < count; n += 1)
    await behindTheBack(
      `insert into sync_period (client_id, id, sync_id, status, period_start, due_date, run_date, run_date_reason,
                                cost_seconds, late_at, time_zone_data, created_at)
       values ($1, $2, $3, 'assigned', $4, $5, $5, 'on_time', 20, $6, 'test', $4)`,
      [
        client.clientId,
        makeId('per', NOON),
        await syncOf(client),
        new Date(NOON),
        new Date(at),
        new Date(plus(at, 4 * 60 * MINUTE)),
      ],
    );
}

async function tickAt(at: Instant, of = { world, mover }): Promise<void> {
  of.world.clock.set(at);
  await of.mover.tick();
}

const started = (id: string, at: Instant) =>
  behindTheBack(
    `insert into process (id, roles, worker_concurrency, time_zone_data, started_at, seen_at)
     values ($1, '{worker}', 1, 'test', $2, $2)`,
    [id, new Date(at)],
  );

const seen = (id: string, at: Instant) =>
  behindTheBack('update process set seen_at = $2 where id = $1', [id, new Date(at)]);
const moved = () =>
  behindTheBack<{ run_date: Date }>(
    `select run_date from sync_period where run_date_reason = 'capacity_dropped' order by run_date`,
  );

it('moves what a slot no longer holds, a minute after a worker was killed, and says why', async () => {
  await assigned(4);
  for (const seconds of [20, 40, 59]) {
    await seen('first', plus(NOON, seconds * 1_000));
    await tickAt(plus(NOON, seconds * 1_000));
    expect(await moved()).toEqual([]);
  }
  const later = plus(NOON, 61_000);
  await seen('first', later);
  await tickAt(later);
  // 80 seconds of work where 43.2 of regular work and what backfills leave find room: 48.
  const rows = await moved();
  expect(rows).toHaveLength(2);
  for (const row of rows) expect(row.run_date.getTime()).toBeGreaterThanOrEqual(SLOT + MINUTE);
  await tickAt(plus(later, 10_000));
  expect(await moved()).toEqual(rows);
});

it('moves nothing where a worker only starts again, in good order', async () => {
  await assigned(4);
  await behindTheBack(`update process set stopped_at = $1 where id = 'second'`, [new Date(NOON)]);
  await seen('first', plus(NOON, 20_000));
  await tickAt(plus(NOON, 20_000));
  await started('again', plus(NOON, 30_000));
  for (const seconds of [40, 70, 120]) {
    for (const id of ['first', 'again']) await seen(id, plus(NOON, seconds * 1_000));
    await tickAt(plus(NOON, seconds * 1_000));
  }
  expect(await moved()).toEqual([]);
});

it('moves nothing where there is no worker at all', async () => {
  await assigned(4);
  await tickAt(plus(NOON, 10 * MINUTE));
  expect(await moved()).toEqual([]);
});

it('moves them just the same where the dispatcher that planned them is gone as well', async () => {
  await assigned(4);
  const other = await startWorld({ database: { ...world.database, drop: () => Promise.resolve() } });
  try {
    const later = plus(NOON, 61_000);
    await seen('first', later);
    await tickAt(later, { world: other, mover: other.app.get(MoveRunDates, { strict: false }) });
    expect(await moved()).toHaveLength(2);
  } finally {
    await other.close();
  }
});

it('moves nothing while workers start one after the other, after there were none', async () => {
  await assigned(4, plus(NOON, 20 * MINUTE));
  await behindTheBack('delete from process');
  const start = plus(NOON, 10 * MINUTE);
  await started('new', start);
  for (const seconds of [0, 20, 59]) {
    await seen('new', plus(start, seconds * 1_000));
    await tickAt(plus(start, seconds * 1_000));
    expect(await moved()).toEqual([]);
  }
  // The second has not come back.
  await seen('new', plus(start, 61_000));
  await tickAt(plus(start, 61_000));
  expect(await moved()).toHaveLength(2);
});

it('moves nothing into the quiet hours of its client', async () => {
  await client.api('PATCH', '/v1/client', { quietHours: { startHour: 13, endHour: 15, timeZone: 'Etc/UTC' } });
  try {
    await assigned(4, plus(NOON, 59 * MINUTE));
    const later = plus(NOON, 61_000);
    await seen('first', later);
    await tickAt(later);
    const rows = await moved();
    expect(rows).toHaveLength(2);
    for (const row of rows) expect(row.run_date.getTime()).toBeGreaterThanOrEqual(plus(NOON, 3 * 60 * MINUTE));
  } finally {
    await client.api('PATCH', '/v1/client', { quietHours: null });
  }
});
