import { randomBytes } from 'node:crypto';
import { Client, DatabaseError } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

type Row = Readonly<Record<string, unknown>>;

let database: TestDatabase;
let connection: Client;
let serial = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  // As superuser: what is tested here holds even for one whom row-level security does not bind.
  connection = new Client({ connectionString: database.superuserUrl });
  await connection.connect();
});
afterAll(async () => {
  await connection.end();
  await database.drop();
});

const at = (hour: number) => new Date(Date.UTC(2026, 0, 1, hour)).toISOString();
const unique = (prefix: string) => `${prefix}_${(serial += 1)}`;
const OWNER = '3b241101-e2bb-4255-8caf-4136c566a962';

async function insert(table: string, row: Row): Promise<Row> {
  const columns = Object.keys(row);
  const places = columns.map((_, index) => `$${index + 1}`);
  await connection.query(
    `insert into ${table} (${columns.join(', ')}) values (${places.join(', ')})`,
    Object.values(row),
  );
  return row;
}

/** The name of the constraint that a row breaks; undefined when it is accepted. */
async function refusedBy(insertion: Promise<unknown>): Promise<string | undefined> {
  try {
    await insertion;
    return undefined;
  } catch (error) {
    if (error instanceof DatabaseError && error.constraint !== undefined) return error.constraint;
    throw error;
  }
}

let client: Row;
let company: Row;
let shop: Row;
let sync: Row;

const times = { created_at: at(0), updated_at: at(0) };
const aClient = (row: Row = {}) => insert('client', { id: unique('cli'), name: 'A client', ...times, ...row });
const aCompany = (row: Row = {}) =>
  insert('company', { client_id: client.id, id: unique('com'), name: 'A company', ...times, ...row });
const aConnection = (row: Row = {}) =>
  insert('connection', {
    client_id: client.id,
    id: unique('con'),
    company_id: company.id,
    platform: 'rest',
    name: 'A shop',
    state: 'linked',
    ...times,
    ...row,
  });
const aSync = (row: Row = {}) =>
  insert('sync', {
    client_id: client.id,
    id: unique('syn'),
    connection_id: shop.id,
    company_id: company.id,
    ...times,
    ...row,
  });
const aVariable = (row: Row) =>
  insert('connection_variable', {
    client_id: client.id,
    connection_id: shop.id,
    value: '{}',
    updated_at: at(0),
    ...row,
  });
const aPeriod = (row: Row = {}) =>
  insert('sync_period', {
    client_id: client.id,
    id: unique('per'),
    sync_id: sync.id,
    period_start: at(0),
    due_date: at(24),
    time_zone_data: '2026a',
    created_at: at(0),
    ...row,
  });
const aRun = (row: Row = {}) =>
  insert('run', {
    client_id: client.id,
    id: unique('run'),
    sync_id: sync.id,
    company_id: company.id,
    connection_id: shop.id,
    trigger: 'schedule',
    attempt: 1,
    range_finish: at(2),
    created_at: at(0),
    ...row,
  });

const aDueDateChange = (row: Row = {}) =>
  insert('due_date_change', {
    client_id: client.id,
    id: unique('ddc'),
    sync_id: sync.id,
    period_id: unique('per'),
    reason: 'time_zone_data',
    time_zone: 'Asia/Beirut',
    is_held: false,
    previous_due_date: at(22),
    due_date: at(21),
    previous_time_zone_data: '2023b',
    time_zone_data: '2023c',
    changed_at: at(0),
    ...row,
  });
const aSession = (row: Row = {}) =>
  insert('flow_session', {
    client_id: client.id,
    id: unique('fs'),
    company_id: company.id,
    token_hash: randomBytes(32),
    code_hash: randomBytes(32),
    view: 'auto',
    scopes: [],
    allowed_origins: [],
    read_only: false,
    features: '{}',
    created_at: at(0),
    expires_at: at(1),
    last_possible_at: at(4),
    ttl_seconds: 3600,
    ...row,
  });
const anEdit = (row: Row = {}) =>
  insert('sync_edit', {
    client_id: client.id,
    id: unique('edt'),
    sync_id: sync.id,
    kind: 'changed',
    edited_by: '{}',
    changes: '[{}]',
    edited_at: at(0),
    ...row,
  });
const aText = (text: string) =>
  insert('flow_text', { client_id: client.id, locale: 'en', key: unique('flow.key'), text });

const schedule = {
  state: 'active',
  selected_frequency: 'Daily',
  frequency_options: ['Daily'],
  start_date: '2026-01-01',
  sync_hour: 0,
  sync_hour_source: 'explicit',
  time_zone: 'Europe/London',
  chain_start: at(0),
  configured_at: at(0),
};
const succeeded = { status: 'succeeded', run_date: at(200), settled_at: at(201) };
const finished = { state: 'completed', finished_at: at(1) };

beforeEach(async () => {
  client = await aClient();
  company = await aCompany();
  shop = await aConnection();
  sync = await aSync();
});

interface Fact {
  readonly name: string;
  readonly table: string;
  readonly accepted: readonly (() => Promise<unknown>)[];
  readonly rejected: readonly (() => Promise<unknown>)[];
}

const facts: readonly Fact[] = [
  {
    name: 'default_sync_hour_is_an_hour',
    table: 'client',
    accepted: [() => aClient({ default_sync_hour: 23 }), () => aClient({ default_sync_hour: null })],
    rejected: [() => aClient({ default_sync_hour: 24 }), () => aClient({ default_sync_hour: -1 })],
  },
  {
    name: 'catch_up_is_known',
    table: 'client',
    accepted: [() => aClient({ catch_up: 'each' })],
    rejected: [() => aClient({ catch_up: 'skip' })],
  },
  {
    name: 'disable_after_at_least_one_failure',
    table: 'client',
    accepted: [() => aClient({ disable_after_failures: 1 })],
    rejected: [() => aClient({ disable_after_failures: 0 })],
  },
  {
    name: 'client_weight_is_positive',
    table: 'client',
    accepted: [() => aClient({ weight: 3 })],
    rejected: [() => aClient({ weight: 0 })],
  },
  {
    name: 'client_limit_allows_a_run',
    table: 'client',
    accepted: [() => aClient({ max_concurrent_runs: 1 }), () => aClient({ max_concurrent_runs: null })],
    rejected: [() => aClient({ max_concurrent_runs: 0 })],
  },
  {
    name: 'connection_limit_allows_a_run',
    table: 'connection',
    accepted: [() => aConnection({ max_concurrent_runs: 1 }), () => aConnection({ max_concurrent_runs: null })],
    rejected: [() => aConnection({ max_concurrent_runs: 0 })],
  },
  {
    name: 'run_lane_is_known',
    table: 'run',
    accepted: [() => aRun({ lane: 'backfill' })],
    rejected: [() => aRun({ lane: 'fast' })],
  },
  {
    name: 'connection_state_is_known',
    table: 'connection',
    accepted: [() => aConnection({ state: 'deauthorized' })],
    rejected: [() => aConnection({ state: 'lost' })],
  },
  {
    name: 'credentials_name_their_key',
    table: 'connection',
    accepted: [() => aConnection({ credentials: Buffer.from('x'), credentials_key_id: 'k1' })],
    rejected: [() => aConnection({ credentials: Buffer.from('x') }), () => aConnection({ credentials_key_id: 'k1' })],
  },
  {
    name: 'sync_mode_is_known',
    table: 'sync',
    accepted: [() => aSync({ mode: 'audit' })],
    rejected: [() => aSync({ mode: 'guess' })],
  },
  {
    name: 'sync_state_is_known',
    table: 'sync',
    accepted: [() => aSync({ ...schedule, state: 'suspended' })],
    rejected: [() => aSync({ ...schedule, state: 'asleep' })],
  },
  {
    name: 'frequency_is_known',
    table: 'sync',
    accepted: [() => aSync({ ...schedule, selected_frequency: 'Weekly' })],
    rejected: [() => aSync({ ...schedule, selected_frequency: 'Fortnightly' })],
  },
  {
    name: 'interval_only_with_interval',
    table: 'sync',
    accepted: [() => aSync({ ...schedule, selected_frequency: 'Interval', interval: 'PT5M' })],
    rejected: [
      () => aSync({ ...schedule, selected_frequency: 'Interval' }),
      () => aSync({ ...schedule, interval: 'PT5M' }),
    ],
  },
  {
    name: 'sync_hour_is_an_hour',
    table: 'sync',
    accepted: [() => aSync({ ...schedule, sync_hour: 23 })],
    rejected: [() => aSync({ ...schedule, sync_hour: 24 }), () => aSync({ ...schedule, sync_hour: -1 })],
  },
  {
    name: 'schedule_is_whole',
    table: 'sync',
    accepted: [() => aSync(schedule)],
    rejected: [
      'start_date',
      'frequency_options',
      'sync_hour',
      'sync_hour_source',
      'time_zone',
      'chain_start',
      'configured_at',
    ].map((column) => () => aSync({ ...schedule, [column]: null })),
  },
  {
    name: 'unscheduled_without_schedule',
    table: 'sync',
    accepted: [() => aSync({ state: 'unscheduled' })],
    rejected: [() => aSync({ state: 'active' }), () => aSync({ ...schedule, state: 'unscheduled' })],
  },
  {
    name: 'watermark_after_chain_start',
    table: 'sync',
    accepted: [() => aSync({ ...schedule, watermark: at(0) }), () => aSync({ ...schedule, watermark: at(24) })],
    rejected: [() => aSync({ ...schedule, watermark: at(-1) })],
  },
  {
    name: 'sync_only_names_no_models',
    table: 'sync',
    accepted: [() => aSync({ sync_only: true }), () => aSync({ models: ['orders'] })],
    rejected: [() => aSync({ sync_only: true, models: ['orders'] })],
  },
  {
    name: 'read_window_is_known',
    table: 'sync',
    accepted: [() => aSync({ read_window: 'previousDay' }), () => aSync({ read_window: 'previousHour' })],
    rejected: [() => aSync({ read_window: 'previousWeek' })],
  },
  {
    name: 'watermark_at_is_known',
    table: 'sync',
    accepted: [() => aSync({ watermark_at: 'runEnd' })],
    rejected: [() => aSync({ watermark_at: 'runStart' })],
  },
  {
    name: 'calendar_windows_end_with_the_period',
    table: 'sync',
    accepted: [() => aSync({ read_window: 'previousDay' }), () => aSync({ watermark_at: 'runEnd' })],
    rejected: [() => aSync({ read_window: 'previousHour', watermark_at: 'runEnd' })],
  },
  {
    name: 'read_from_follows_a_success',
    table: 'sync',
    accepted: [() => aSync({ ...schedule, watermark: at(24), read_from: at(1), read_to: at(25) })],
    rejected: [() => aSync({ ...schedule, read_from: at(1) }), () => aSync({ ...schedule, read_to: at(1) })],
  },
  {
    name: 'variable_name_is_a_word',
    table: 'connection_variable',
    accepted: [() => aVariable({ name: '_a1' }), () => aVariable({ name: 'Z'.repeat(64) })],
    rejected: [
      () => aVariable({ name: '1a' }),
      () => aVariable({ name: 'Z'.repeat(65) }),
      () => aVariable({ name: '' }),
    ],
  },
  {
    name: 'last_filter_date_is_computed',
    table: 'connection_variable',
    accepted: [() => aVariable({ name: 'lastfilterdate' })],
    rejected: [() => aVariable({ name: 'lastFilterDate' })],
  },
  {
    name: 'changes_per_run_is_positive',
    table: 'sync',
    accepted: [() => aSync({ changes_per_run: 1 })],
    rejected: [() => aSync({ changes_per_run: 0 })],
  },
  {
    name: 'period_kind_is_known',
    table: 'sync_period',
    accepted: [() => aPeriod({ kind: 'latest' })],
    rejected: [() => aPeriod({ kind: 'other' })],
  },
  {
    name: 'period_status_is_known',
    table: 'sync_period',
    accepted: [() => aPeriod({ status: 'queued', run_date: at(24) })],
    rejected: [() => aPeriod({ status: 'forgotten', run_date: at(24) })],
  },
  {
    name: 'period_lane_is_known',
    table: 'sync_period',
    accepted: [() => aPeriod({ lane: 'backfill' })],
    rejected: [() => aPeriod({ lane: 'fast' })],
  },
  {
    name: 'period_runs_forward',
    table: 'sync_period',
    accepted: [() => aPeriod({ period_start: at(23), due_date: at(24) })],
    rejected: [() => aPeriod({ period_start: at(24), due_date: at(24) }), () => aPeriod({ period_start: at(25) })],
  },
  {
    name: 'never_run_before_due',
    table: 'sync_period',
    accepted: [() => aPeriod({ status: 'assigned', run_date: at(24) })],
    rejected: [() => aPeriod({ status: 'assigned', run_date: at(23) })],
  },
  {
    name: 'run_date_once_assigned',
    table: 'sync_period',
    accepted: [() => aPeriod({ status: 'planned' })],
    rejected: [() => aPeriod({ status: 'assigned' }), () => aPeriod({ status: 'queued' })],
  },
  {
    name: 'running_holds_owner_token',
    table: 'sync_period',
    accepted: [() => aPeriod({ status: 'running', run_date: at(24), owner_token: OWNER })],
    rejected: [
      () => aPeriod({ status: 'running', run_date: at(24) }),
      () => aPeriod({ status: 'queued', run_date: at(24), owner_token: OWNER }),
    ],
  },
  {
    name: 'settled_has_an_instant',
    table: 'sync_period',
    accepted: [() => aPeriod(succeeded)],
    rejected: [() => aPeriod({ ...succeeded, settled_at: null }), () => aPeriod({ settled_at: at(25) })],
  },
  {
    name: 'run_trigger_is_known',
    table: 'run',
    accepted: [() => aRun({ trigger: 'latest' })],
    rejected: [() => aRun({ trigger: 'whim' })],
  },
  {
    name: 'run_state_is_known',
    table: 'run',
    accepted: [() => aRun({ state: 'created' })],
    rejected: [() => aRun({ state: 'lost' })],
  },
  {
    name: 'run_range_runs_forward',
    table: 'run',
    accepted: [() => aRun({ range_start: at(0), range_finish: at(1) })],
    rejected: [() => aRun({ range_start: at(1), range_finish: at(1) })],
  },
  {
    name: 'only_running_holds_owner_token',
    table: 'run',
    accepted: [() => aRun({ state: 'running', owner_token: OWNER })],
    rejected: [() => aRun({ state: 'running' }), () => aRun({ state: 'created', owner_token: OWNER })],
  },
  {
    name: 'finished_has_an_instant',
    table: 'run',
    accepted: [() => aRun(finished)],
    rejected: [() => aRun({ ...finished, finished_at: null }), () => aRun({ finished_at: at(1) })],
  },
  {
    name: 'run_models_or_sync_only',
    table: 'run',
    accepted: [() => aRun({ sync_only: true }), () => aRun({ models: ['orders'] })],
    rejected: [() => aRun({ sync_only: true, models: ['orders'] })],
  },
  {
    name: 'since_and_its_field',
    table: 'run',
    accepted: [() => aRun({ since: at(0), since_by: 'updated_at' })],
    rejected: [() => aRun({ since: at(0) }), () => aRun({ since_by: 'updated_at' })],
  },
  {
    name: 'last_and_its_field',
    table: 'run',
    accepted: [() => aRun({ last_count: 50, last_by: 'created_at' })],
    rejected: [() => aRun({ last_count: 50 }), () => aRun({ last_by: 'created_at' })],
  },
  {
    name: 'since_by_is_known',
    table: 'run',
    accepted: [() => aRun({ since: at(0), since_by: 'created_at' })],
    rejected: [() => aRun({ since: at(0), since_by: 'seen_at' })],
  },
  {
    name: 'last_by_is_known',
    table: 'run',
    accepted: [() => aRun({ last_count: 1, last_by: 'updated_at' })],
    rejected: [() => aRun({ last_count: 1, last_by: 'seen_at' })],
  },
  {
    name: 'last_count_is_positive',
    table: 'run',
    accepted: [() => aRun({ last_count: 1, last_by: 'updated_at' })],
    rejected: [() => aRun({ last_count: 0, last_by: 'updated_at' })],
  },
  {
    name: 'filtered_runs_cover_nothing',
    table: 'run',
    accepted: [() => aRun({ last_count: 1, last_by: 'updated_at' })],
    rejected: [
      async () => aRun({ period_id: (await aPeriod()).id, last_count: 1, last_by: 'updated_at' }),
      async () => aRun({ period_id: (await aPeriod()).id, since: at(0), since_by: 'updated_at' }),
    ],
  },
  {
    name: 'only_running_awaits_an_answer',
    table: 'run',
    accepted: [() => aRun({ state: 'running', owner_token: OWNER, awaiting_until: at(1) })],
    rejected: [() => aRun({ awaiting_until: at(1) }), () => aRun({ ...finished, awaiting_until: at(1) })],
  },
  {
    name: 'awaits_no_longer_than_the_deadline',
    table: 'run',
    accepted: [
      () => aRun({ state: 'running', owner_token: OWNER, awaiting_until: at(1), answer_deadline: at(1) }),
      () => aRun({ state: 'running', owner_token: OWNER, answer_deadline: at(1) }),
    ],
    rejected: [() => aRun({ state: 'running', owner_token: OWNER, awaiting_until: at(2), answer_deadline: at(1) })],
  },
  {
    name: 'only_finished_has_a_last_report',
    table: 'run',
    accepted: [() => aRun({ ...finished, report_digest: Buffer.alloc(32) })],
    rejected: [() => aRun({ state: 'running', owner_token: OWNER, report_digest: Buffer.alloc(32) })],
  },
  {
    name: 'due_date_change_reason_is_known',
    table: 'due_date_change',
    accepted: [() => aDueDateChange()],
    rejected: [() => aDueDateChange({ reason: 'weather' })],
  },
  {
    name: 'due_date_has_changed',
    table: 'due_date_change',
    accepted: [() => aDueDateChange({ is_held: true })],
    rejected: [() => aDueDateChange({ due_date: at(22) })],
  },
  {
    name: 'token_hash_is_sha256',
    table: 'flow_session',
    accepted: [() => aSession()],
    rejected: [() => aSession({ token_hash: randomBytes(31) })],
  },
  {
    name: 'code_hash_is_sha256',
    table: 'flow_session',
    accepted: [() => aSession()],
    rejected: [() => aSession({ code_hash: randomBytes(33) })],
  },
  {
    name: 'session_expires_after_creation',
    table: 'flow_session',
    accepted: [() => aSession({ last_possible_at: at(1) })],
    rejected: [() => aSession({ expires_at: at(0) }), () => aSession({ expires_at: at(5) })],
  },
  {
    name: 'session_lives_minutes_to_hours',
    table: 'flow_session',
    accepted: [() => aSession({ ttl_seconds: 300 }), () => aSession({ ttl_seconds: 14_400 })],
    rejected: [() => aSession({ ttl_seconds: 299 }), () => aSession({ ttl_seconds: 14_401 })],
  },
  {
    name: 'edit_kind_is_known',
    table: 'sync_edit',
    accepted: [() => anEdit({ kind: 'created' })],
    rejected: [() => anEdit({ kind: 'guessed' })],
  },
  {
    name: 'edit_changes_something',
    table: 'sync_edit',
    accepted: [() => anEdit()],
    rejected: [() => anEdit({ changes: '[]' }), () => anEdit({ changes: '7' })],
  },
  {
    name: 'flow_text_is_short',
    table: 'flow_text',
    accepted: [() => aText(''), () => aText('x'.repeat(300))],
    rejected: [() => aText('x'.repeat(301))],
  },
];

describe.each(facts)('$name', ({ name, accepted, rejected }) => {
  it.each(accepted.map((insertion, index) => [index + 1, insertion] as const))('accepts %i', async (_, insertion) => {
    expect(await refusedBy(insertion())).toBeUndefined();
  });

  it.each(rejected.map((insertion, index) => [index + 1, insertion] as const))('rejects %i', async (_, insertion) => {
    expect(await refusedBy(insertion())).toBe(name);
  });
});

describe('succeeded_periods_never_overlap', () => {
  it('accepts periods that touch, and another sync at the same time', async () => {
    await aPeriod({ ...succeeded, period_start: at(0), due_date: at(24) });
    await aPeriod({ ...succeeded, period_start: at(24), due_date: at(48) });
    const other = await aSync();
    expect(await refusedBy(aPeriod({ ...succeeded, sync_id: other.id }))).toBeUndefined();
  });

  it('accepts an overlap with a period that failed or was superseded', async () => {
    await aPeriod({ ...succeeded, status: 'failed' });
    await aPeriod({ ...succeeded, status: 'superseded' });
    expect(await refusedBy(aPeriod(succeeded))).toBeUndefined();
  });

  it('rejects a succeeded period that shares a millisecond with another', async () => {
    await aPeriod({ ...succeeded, period_start: at(0), due_date: at(24) });
    const late = new Date(Date.parse(at(24)) - 1).toISOString();
    expect(await refusedBy(aPeriod({ ...succeeded, period_start: late, due_date: at(48) }))).toBe(
      'succeeded_periods_never_overlap',
    );
  });
});

describe('one_open_period_per_sync', () => {
  it('accepts a planned period beside settled ones', async () => {
    await aPeriod(succeeded);
    await aPeriod({ ...succeeded, status: 'failed' });
    expect(await refusedBy(aPeriod())).toBeUndefined();
  });

  it.each([
    ['planned', {}],
    ['assigned', { run_date: at(24) }],
    ['queued', { run_date: at(24) }],
    ['running', { run_date: at(24), owner_token: OWNER }],
  ])('rejects a second one beside a %s period', async (status, row) => {
    await aPeriod({ status, ...row });
    expect(await refusedBy(aPeriod())).toBe('one_open_period_per_sync');
  });
});

describe('one_active_run_per_sync', () => {
  it('accepts a run beside finished ones', async () => {
    await aRun(finished);
    await aRun({ ...finished, state: 'aborted' });
    expect(await refusedBy(aRun())).toBeUndefined();
  });

  it.each([
    ['created', {}],
    ['running', { owner_token: OWNER }],
  ])('rejects a second run beside a %s one', async (state, row) => {
    await aRun({ state, ...row });
    expect(await refusedBy(aRun())).toBe('one_active_run_per_sync');
  });
});

describe('composite keys', () => {
  it('reject a sync on the connection of another client', async () => {
    const other = await aClient();
    expect(await refusedBy(aSync({ client_id: other.id }))).toMatch(/^sync_client_id_(connection|company)_id_fkey$/);
  });

  it('reject a period of the sync of another client', async () => {
    const other = await aClient();
    expect(await refusedBy(aPeriod({ client_id: other.id }))).toBe('sync_period_client_id_sync_id_fkey');
  });
});

describe('the load', () => {
  it.each([
    ['pool_minute_is_whole', { minute: '2026-01-01T00:00:01Z', concurrency: 1 }],
    ['concurrency_is_not_negative', { minute: at(0), concurrency: -1 }],
  ])('is noted by %s', async (name, row) => {
    expect(await refusedBy(insert('pool_minute', { minute: at(1 + (serial += 1)), concurrency: 0 }))).toBeUndefined();
    expect(await refusedBy(insert('pool_minute', row))).toBe(name);
  });

  it.each([
    ['planned_pool_is_one', { one: false, concurrency: 1 }],
    ['planned_pool_is_not_negative', { one: true, concurrency: -1 }],
  ])('is planned for one pool: %s', async (name, row) => {
    await connection.query('delete from planned_pool');
    expect(await refusedBy(insert('planned_pool', { ...row, noted_at: at(1) }))).toBe(name);
    expect(await refusedBy(insert('planned_pool', { concurrency: 0, noted_at: at(1) }))).toBeUndefined();
  });

  it('is summed by the minute: load_minute_is_whole', async () => {
    const none = Object.fromEntries(
      ['planned', 'planned_seconds', 'due', 'due_seconds', 'started', 'finished', 'failed', 'aborted', 'ended'].map(
        (name) => [name, 0],
      ),
    );
    expect(await refusedBy(insert('load_minute', { minute: at(1), ...none }))).toBeUndefined();
    const within = { minute: '2026-01-01T00:00:01Z', ...none };
    expect(await refusedBy(insert('load_minute', within))).toBe('load_minute_is_whole');
  });

  it('is summed up to one instant: load_summed_is_one', async () => {
    expect(await refusedBy(insert('load_summed', { one: false, up_to: at(1) }))).toBe('load_summed_is_one');
  });

  it('keeps ended runs only: ended_run_state_is_known', async () => {
    const row = { client_id: client.id, cost_seconds: 5, finished_at: at(1) };
    expect(await refusedBy(insert('ended_run', { ...row, state: 'completed' }))).toBeUndefined();
    expect(await refusedBy(insert('ended_run', { ...row, state: 'running' }))).toBe('ended_run_state_is_known');
  });
});

it('is a test of every named constraint of clients, connections, syncs, periods and runs', async () => {
  const { rows } = await connection.query<{ name: string }>(
    `select conname as name from pg_constraint
      where contype in ('c', 'x') and conrelid in ('client'::regclass, 'connection'::regclass, 'sync'::regclass,
            'sync_period'::regclass, 'run'::regclass, 'connection_variable'::regclass, 'due_date_change'::regclass,
            'flow_session'::regclass, 'sync_edit'::regclass, 'flow_text'::regclass)
     union all
     select indexrelid::regclass::text from pg_index
      where indisunique and not indisprimary and indrelid in ('sync'::regclass, 'sync_period'::regclass, 'run'::regclass)
     order by 1`,
  );
  const apart = ['succeeded_periods_never_overlap', 'one_open_period_per_sync', 'one_active_run_per_sync'];
  expect(rows.map((row) => row.name)).toEqual([...facts.map((fact) => fact.name), ...apart].sort());
});
