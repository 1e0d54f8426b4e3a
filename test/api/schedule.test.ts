import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instant } from '../../src/domain/time/instant.js';
import {
  DAILY_IN_LONDON,
  openPeriodIsQueued,
  openPeriodRuns,
  openPeriodSucceeds,
  syncOf,
} from '../support/schedules.js';
import { query } from '../support/postgres.js';
import { startWorld, type Answer, type TestClient, type World } from '../support/world.js';

/** 16:00 in London. */
const NOW = instant('2022-07-13T15:00:00Z');
const EVERY_FREQUENCY = ['Interval', 'Hourly', 'Daily', 'Weekly', 'Monthly'];

let world: World;
let client: TestClient;

beforeAll(async () => {
  world = await startWorld();
  client = await world.newClient();
});
afterAll(() => world.close());

const at = (iso: string) => world.clock.set(instant(iso));
const path = (syncId: string) => `/v1/syncs/${syncId}/schedule`;
const put = (syncId: string, body: unknown, headers?: Record<string, string>) =>
  client.api('PUT', path(syncId), body, headers);
const ledgerOf = async (syncId: string) => (await client.api('GET', `/v1/syncs/${syncId}/periods`)).body.data;

/** A sync with the golden schedule, configured at NOW. */
async function scheduledSync(): Promise<string> {
  world.clock.set(NOW);
  return syncOf(client, { schedule: DAILY_IN_LONDON });
}

describe('the first schedule of a sync', () => {
  it('plans the golden period: from the start date to the sync hour on the next day', async () => {
    world.clock.set(NOW);
    const syncId = await syncOf(client);
    const { status, body, headers } = await put(syncId, DAILY_IN_LONDON);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...DAILY_IN_LONDON,
      frequencyOptions: ['Daily', 'Monthly'],
      interval: null,
      syncHourSource: 'explicit',
      firstPeriod: true,
      nextPeriod: {
        start: '2022-04-30T23:00:00.000Z',
        dueDate: '2022-07-13T23:00:00.000Z',
        runDate: null,
        runDateReason: null,
        status: 'planned',
      },
      updatedAt: '2022-07-13T15:00:00.000Z',
    });
    const sync = await client.api('GET', `/v1/syncs/${syncId}`);
    expect(sync.body).toMatchObject({ state: 'active', watermark: '2022-04-30T23:00:00.000Z', lastRun: null });
    expect(sync.body.nextPeriod).toEqual(body.nextPeriod);
    expect(sync.headers.get('etag')).toBe(headers.get('etag'));
    expect((await client.api('GET', path(syncId))).body).toEqual(body);
  });

  it('goes on with the golden second period', async () => {
    const syncId = await scheduledSync();
    at('2022-07-13T23:02:00Z');
    await openPeriodSucceeds(world, client, syncId);
    const { body } = await client.api('GET', path(syncId));
    expect(body.firstPeriod).toBe(false);
    expect(body.nextPeriod).toMatchObject({ start: '2022-07-13T23:00:00.000Z', dueDate: '2022-07-14T23:00:00.000Z' });
  });

  it.each([
    ['Interval', { interval: 'PT15M' }, '2022-07-13T15:15:00.000Z'],
    ['Hourly', {}, '2022-07-13T16:00:00.000Z'],
    ['Daily', {}, '2022-07-13T23:00:00.000Z'],
    ['Weekly', {}, '2022-07-16T23:00:00.000Z'],
    ['Monthly', {}, '2022-07-31T23:00:00.000Z'],
  ])('is due by the next-day rule, %s', async (selectedFrequency, more, dueDate) => {
    world.clock.set(NOW);
    const schedule = { ...DAILY_IN_LONDON, selectedFrequency, frequencyOptions: EVERY_FREQUENCY, ...more };
    const { status, body } = await put(await syncOf(client), schedule);
    expect(status).toBe(200);
    expect(body.nextPeriod).toMatchObject({ start: '2022-04-30T23:00:00.000Z', dueDate });
  });

  it('takes the sync hour from the client once and for good', async () => {
    world.clock.set(NOW);
    const other = await world.newClient();
    await other.api('PATCH', '/v1/client', { defaultSyncHour: 6 });
    const syncId = await syncOf(other, { schedule: { ...DAILY_IN_LONDON, syncHour: null } });
    await other.api('PATCH', '/v1/client', { defaultSyncHour: 9 });
    const { body } = await other.api('GET', path(syncId));
    expect(body).toMatchObject({ syncHour: 6, syncHourSource: 'clientDefault' });
    expect(body.nextPeriod.dueDate).toBe('2022-07-14T05:00:00.000Z');
  });

  it('keeps the link name of a zone in its canonical spelling', async () => {
    const syncId = await scheduledSync();
    const { body } = await put(syncId, { ...DAILY_IN_LONDON, timeZone: 'asia/CALCUTTA' });
    expect(body.timeZone).toBe('Asia/Calcutta');
  });

  it('reports every problem at once, and saves nothing', async () => {
    const syncId = await syncOf(client);
    const schedule = {
      selectedFrequency: 'daily',
      startDate: '2022-02-30',
      syncHour: 24,
      timeZone: 'London',
      synchour: 1,
    };
    const { status, body } = await put(syncId, schedule);
    expect(status).toBe(422);
    const found = body.errors.map(({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`);
    expect(found.sort()).toEqual([
      '/selectedFrequency unsupported_frequency',
      '/startDate invalid_date',
      '/syncHour invalid_sync_hour',
      '/synchour unknown_field',
      '/timeZone invalid_time_zone',
    ]);
    expect((await client.api('GET', path(syncId))).status).toBe(404);
    expect(await ledgerOf(syncId)).toEqual([]);
  });

  it('refuses a start date further back than the client allows, but keeps one that has become old', async () => {
    world.clock.set(NOW);
    const other = await world.newClient();
    await other.api('PATCH', '/v1/client', { maxBackfill: 'P3M' });
    const syncId = await syncOf(other, { schedule: DAILY_IN_LONDON });
    at('2022-12-01T00:00:00Z');
    expect((await other.api('PUT', path(syncId), { ...DAILY_IN_LONDON, syncHour: 4 })).status).toBe(200);
    const { body } = await other.api('PUT', path(syncId), { ...DAILY_IN_LONDON, startDate: '2022-04-01' });
    expect(body.errors).toMatchObject([{ pointer: '/startDate', code: 'backfill_too_long' }]);
  });

  it.each(['syn_00000000000000000000000000', 'nonsense'])('is not found for the sync %s', async (syncId) => {
    expect((await put(syncId, DAILY_IN_LONDON)).body.code).toBe('not_found');
  });
});

describe('an edit of a schedule', () => {
  it('supersedes the open period and plans another', async () => {
    const syncId = await scheduledSync();
    const { body } = await put(syncId, { ...DAILY_IN_LONDON, syncHour: 6 });
    expect(body.nextPeriod).toMatchObject({ start: '2022-05-01T05:00:00.000Z', dueDate: '2022-07-14T05:00:00.000Z' });
    const statuses = (await ledgerOf(syncId)).map((period: { status: string }) => period.status);
    expect(statuses).toEqual(['planned', 'superseded']);
  });

  it('recomputes nothing where nothing changed, and gives a new tag', async () => {
    const syncId = await scheduledSync();
    const before = await client.api('GET', path(syncId));
    at('2022-07-20T10:00:00Z');
    const after = await put(syncId, { ...DAILY_IN_LONDON, frequencyOptions: ['Daily'] });
    expect(after.body).toEqual({ ...before.body, frequencyOptions: ['Daily'] });
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'));
    expect(await ledgerOf(syncId)).toHaveLength(1);
  });

  it('after a success keeps the watermark as the start and takes the first due date by the next-day rule', async () => {
    const syncId = await scheduledSync();
    at('2022-07-13T23:02:00Z');
    await openPeriodSucceeds(world, client, syncId);
    at('2022-07-14T10:00:00Z');
    const { body } = await put(syncId, { ...DAILY_IN_LONDON, syncHour: 14, timeZone: 'America/New_York' });
    expect(body.nextPeriod).toMatchObject({ start: '2022-07-13T23:00:00.000Z', dueDate: '2022-07-15T18:00:00.000Z' });
    expect((await client.api('GET', `/v1/syncs/${syncId}/coverage`)).body).toMatchObject({
      from: '2022-04-30T23:00:00.000Z',
      upTo: '2022-07-13T23:00:00.000Z',
      complete: true,
    });
  });

  it('after a success refuses another start date and changes nothing', async () => {
    const syncId = await scheduledSync();
    await openPeriodSucceeds(world, client, syncId);
    const before = await client.api('GET', path(syncId));
    const refused = await put(syncId, { ...DAILY_IN_LONDON, startDate: '2021-01-01', syncHour: 5 });
    expect([refused.status, refused.body.code]).toEqual([409, 'start_date_locked']);
    const after = await client.api('GET', path(syncId));
    expect([after.body, after.headers.get('etag')]).toEqual([before.body, before.headers.get('etag')]);
  });

  it('before the first success moves the start date', async () => {
    const syncId = await scheduledSync();
    const { body } = await put(syncId, { ...DAILY_IN_LONDON, startDate: '2022-06-01' });
    expect(body.nextPeriod).toMatchObject({ start: '2022-05-31T23:00:00.000Z', dueDate: '2022-07-13T23:00:00.000Z' });
  });

  it('leaves a running period alone', async () => {
    const syncId = await scheduledSync();
    await openPeriodRuns(world, syncId);
    const running = (await client.api('GET', path(syncId))).body.nextPeriod;
    const { status, body } = await put(syncId, { ...DAILY_IN_LONDON, syncHour: 6 });
    expect(status).toBe(200);
    expect(body).toMatchObject({ syncHour: 6, nextPeriod: { ...running, status: 'running' } });
    expect((await client.api('GET', `/v1/syncs/${syncId}`)).body.watermark).toBe('2022-04-30T23:00:00.000Z');
  });

  it('does not move the start under a run that reads from it', async () => {
    const syncId = await scheduledSync();
    const activeRunId = await openPeriodRuns(world, syncId);
    const { status, body } = await put(syncId, { ...DAILY_IN_LONDON, startDate: '2022-04-01' });
    expect([status, body.code, body.activeRunId]).toEqual([409, 'run_active', activeRunId]);
  });

  it('ends the run of a queued period that had not begun', async () => {
    const syncId = await scheduledSync();
    const runId = await openPeriodIsQueued(world, syncId);
    expect((await put(syncId, { ...DAILY_IN_LONDON, syncHour: 6 })).body.nextPeriod.status).toBe('planned');
    expect((await client.api('GET', `/v1/runs/${runId}`)).body.state).toBe('aborted');
  });

  it('plans nothing while the sync is disabled', async () => {
    const syncId = await scheduledSync();
    await client.api('PATCH', `/v1/syncs/${syncId}`, { enabled: false });
    const { status, body } = await put(syncId, { ...DAILY_IN_LONDON, syncHour: 6 });
    expect([status, body.syncHour, body.nextPeriod]).toEqual([200, 6, null]);
  });
});

describe('edits at the same time', () => {
  const statusesOf = (answers: readonly Answer[]) => answers.map(({ status }) => status).sort((a, b) => a - b);

  it('are told apart by If-Match: one is taken, the other is 412', async () => {
    const syncId = await scheduledSync();
    for (let round = 0; round < 5; round += 1) {
      const tag = (await client.api('GET', path(syncId))).headers.get('etag') ?? '';
      const both = [3, 4].map((hour) =>
        put(syncId, { ...DAILY_IN_LONDON, syncHour: hour + round }, { 'if-match': tag }),
      );
      const answers = await Promise.all(both);
      expect(statusesOf(answers)).toEqual([200, 412]);
      expect(answers.find((answer) => answer.status === 412)?.body.code).toBe('precondition_failed');
    }
  });

  it('are told apart by If-Match even where they change nothing', async () => {
    const syncId = await scheduledSync();
    const tag = (await client.api('GET', path(syncId))).headers.get('etag') ?? '';
    const answers = await Promise.all([1, 2].map(() => put(syncId, DAILY_IN_LONDON, { 'if-match': tag })));
    expect(statusesOf(answers)).toEqual([200, 412]);
  });

  it('leave one open period, that of the schedule that stands', async () => {
    const syncId = await scheduledSync();
    const hours = Array.from({ length: 20 }, (_, index) => index + 1);
    const answers = await Promise.all(hours.map((syncHour) => put(syncId, { ...DAILY_IN_LONDON, syncHour })));
    expect(answers.map((answer) => answer.status)).toEqual(hours.map(() => 200));
    const { body } = await client.api('GET', path(syncId));
    const open = await client.api('GET', `/v1/syncs/${syncId}/periods?status=planned`);
    expect(open.body.data).toHaveLength(1);
    expect(open.body.data[0].id).toBe(body.nextPeriod.id);
    expect(new Date(body.nextPeriod.dueDate).getUTCHours()).toBe(body.syncHour - 1);
  });
});

describe('a preview', () => {
  const preview = (body: unknown) => client.api('POST', '/v1/schedules/preview', body);

  it('shows the very periods that are planned', async () => {
    world.clock.set(NOW);
    const schedule = { ...DAILY_IN_LONDON, syncHour: 7, timeZone: 'America/Sao_Paulo' };
    const { status, body } = await preview({ schedule, count: 2 });
    expect(status).toBe(200);
    const syncId = await syncOf(client, { schedule });
    const [first, second] = body.periods;
    const planned = (await client.api('GET', path(syncId))).body.nextPeriod;
    expect([planned.start, planned.dueDate]).toEqual([first.start, first.dueDate]);
    await openPeriodSucceeds(world, client, syncId);
    const next = (await client.api('GET', path(syncId))).body.nextPeriod;
    expect([next.start, next.dueDate]).toEqual([second.start, second.dueDate]);
  });

  it('shows the golden case from another moment', async () => {
    const { body } = await preview({ schedule: DAILY_IN_LONDON, now: '2022-07-13T16:00:00+01:00', count: 2 });
    expect(body.periods).toEqual([
      {
        start: '2022-04-30T23:00:00.000Z',
        dueDate: '2022-07-13T23:00:00.000Z',
        localDueDate: '2022-07-14T00:00:00.000+01:00',
        lengthHours: 74 * 24,
        kind: 'first',
      },
      {
        start: '2022-07-13T23:00:00.000Z',
        dueDate: '2022-07-14T23:00:00.000Z',
        localDueDate: '2022-07-15T00:00:00.000+01:00',
        lengthHours: 24,
        kind: 'regular',
      },
    ]);
    expect(body.warnings).toContainEqual(
      expect.objectContaining({ kind: 'long_catch_up', dueDate: '2022-07-13T23:00:00.000Z' }),
    );
  });

  it('goes on from a watermark', async () => {
    const { body } = await preview({
      schedule: DAILY_IN_LONDON,
      now: '2022-07-20T10:00:00Z',
      watermark: '2022-07-18T23:00:00Z',
      count: 1,
    });
    expect(body.periods).toMatchObject([
      { start: '2022-07-18T23:00:00.000Z', dueDate: '2022-07-20T23:00:00.000Z', kind: 'catch_up' },
    ]);
  });

  it('warns of clocks that skip and repeat the sync hour', async () => {
    const schedule = { ...DAILY_IN_LONDON, startDate: '2026-03-01', syncHour: 2, timeZone: 'America/New_York' };
    const { body } = await preview({ schedule, now: '2026-03-01T12:00:00Z', count: 400 });
    const about = (kind: string) => body.warnings.filter((warning: { kind: string }) => warning.kind === kind);
    expect(about('hour_missing')).toContainEqual(expect.objectContaining({ dueDate: '2026-03-08T07:00:00.000Z' }));
    expect(body.periods).toHaveLength(400);
  });

  it('saves nothing', async () => {
    const count = async () => {
      const [row] = await query<{ rows: number }>(
        world.database.superuserUrl,
        'select ((select count(*) from sync) + (select count(*) from sync_period))::int as rows',
      );
      return row?.rows;
    };
    const before = await count();
    await preview({ schedule: DAILY_IN_LONDON });
    expect(await count()).toBe(before);
  });

  it('reports every problem at once', async () => {
    const { status, body } = await preview({
      schedule: { ...DAILY_IN_LONDON, syncHour: 24 },
      now: '2022-07-13',
      watermark: 7,
      count: 401,
      more: true,
    });
    expect(status).toBe(422);
    const found = body.errors.map(({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`);
    expect(found.sort()).toEqual([
      '/count out_of_range',
      '/more unknown_field',
      '/now invalid_date',
      '/schedule/syncHour invalid_sync_hour',
      '/watermark invalid_type',
    ]);
  });

  it.each([
    ['/schedule', 'required', {}],
    ['/schedule', 'invalid_type', { schedule: null }],
    ['/now', 'date_out_of_range', { schedule: DAILY_IN_LONDON, now: '1969-12-31T23:59:59Z' }],
    ['/count', 'out_of_range', { schedule: DAILY_IN_LONDON, count: 0 }],
  ])('refuses at %s with %s', async (pointer, code, body) => {
    expect((await preview(body)).body.errors).toMatchObject([{ pointer, code }]);
  });
});

describe('an explanation', () => {
  const explain = (syncId: string, moment: string) =>
    client.api('GET', `/v1/syncs/${syncId}/schedule/explain?at=${encodeURIComponent(moment)}`);
  const inNewYork = async (syncHour: number) => {
    at('2026-01-10T12:00:00Z');
    return syncOf(client, {
      schedule: { selectedFrequency: 'Daily', startDate: '2026-01-01', syncHour, timeZone: 'America/New_York' },
    });
  };

  it('says that the sync hour is missing on a day the clocks skip it', async () => {
    const { status, body } = await explain(await inNewYork(2), '2026-03-08T06:30:00Z');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      at: '2026-03-08T06:30:00.000Z',
      localTime: '2026-03-08T01:30:00.000-05:00',
      offset: '-05:00',
      wallTime: 'missing',
      latestDueDate: '2026-03-07T07:00:00.000Z',
      nextDueDate: '2026-03-08T07:00:00.000Z',
      localNextDueDate: '2026-03-08T03:00:00.000-04:00',
      period: null,
      slot: null,
    });
  });

  it('says that the sync hour comes twice on a day the clocks repeat it, and takes the earlier', async () => {
    const { body } = await explain(await inNewYork(1), '2026-11-01T05:30:00+00:00');
    expect(body).toMatchObject({
      localTime: '2026-11-01T01:30:00.000-04:00',
      wallTime: 'twice',
      latestDueDate: '2026-11-01T05:00:00.000Z',
      nextDueDate: '2026-11-02T06:00:00.000Z',
    });
  });

  it('shows the period that holds the moment, its run slot and why it runs then', async () => {
    const syncId = await scheduledSync();
    const { nextPeriod } = (await client.api('GET', path(syncId))).body;
    await query(
      world.database.superuserUrl,
      `update sync_period set status = 'assigned', run_date = '2022-07-13T23:02:24.5Z', run_date_reason = 'spread' where id = $1`,
      [nextPeriod.id],
    );
    const { body } = await explain(syncId, '2022-06-15T12:00:00Z');
    expect(body).toMatchObject({ period: { id: nextPeriod.id }, slot: '2022-07-13T23:02:00.000Z', wallTime: 'once' });
    expect(body.explanation).toContain('equal due dates do not start together');
    // Due, and before its run date: still what the moment is about.
    expect((await explain(syncId, '2022-07-13T23:00:00Z')).body.period).toMatchObject({ id: nextPeriod.id });
    expect((await explain(syncId, '2022-07-13T23:02:24.501Z')).body.period).toBeNull();
  });

  it('knows no sync hour where due dates are steps of elapsed time', async () => {
    world.clock.set(NOW);
    const schedule = { ...DAILY_IN_LONDON, selectedFrequency: 'Hourly', frequencyOptions: EVERY_FREQUENCY };
    const { body } = await explain(await syncOf(client, { schedule }), '2022-10-30T00:30:00Z');
    expect(body.wallTime).toBeNull();
  });

  it('is of now where no moment is given', async () => {
    const syncId = await scheduledSync();
    const { body } = await client.api('GET', `/v1/syncs/${syncId}/schedule/explain`);
    expect(body.at).toBe('2022-07-13T15:00:00.000Z');
  });

  it.each(['2026-03-08', '2026-03-08T06:30:00', 'now', '1969-12-31T00:00:00Z', '2101-01-01T00:00:00Z'])(
    'refuses the moment %s',
    async (moment) => {
      const { status, body } = await explain(await scheduledSync(), moment);
      expect([status, body.code, body.parameter]).toEqual([400, 'invalid_parameter', 'at']);
    },
  );

  it('is not found for a sync without a schedule', async () => {
    expect((await explain(await syncOf(client), '2026-03-08T06:30:00Z')).status).toBe(404);
  });
});
