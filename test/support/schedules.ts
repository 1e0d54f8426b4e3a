import { toIso } from '../../src/domain/time/instant.js';
import { planNext } from '../../src/domain/chain/sync-period.js';
import { makeId } from '../../src/platform/new-id.js';
import { Clock } from '../../src/ports/clock.js';
import { Database } from '../../src/ports/database.js';
import type { OpenPeriod } from '../../src/ports/syncs.js';
import { query } from './postgres.js';
import type { Answer, TestClient, World } from './world.js';

/** The golden case of the domain: daily at midnight in London, from the first of May. */
export const DAILY_IN_LONDON = {
  selectedFrequency: 'Daily',
  startDate: '2022-05-01',
  syncHour: 0,
  timeZone: 'Europe/London',
};

const listing = { idField: 'id', updatedAtField: 'updatedAt' };

/** A linked connection with the models `orders` and `products`; nothing is ever called. */
export async function linkedConnection({ api }: TestClient): Promise<string> {
  const company = created(await api('POST', '/v1/companies', { name: 'Corner Shop' }));
  const models = { orders: { path: '/orders', ...listing }, products: { path: '/products', ...listing } };
  const connection = created(
    await api('POST', `/v1/companies/${company}/connections`, {
      platform: 'rest',
      name: 'Till',
      settings: { baseUrl: 'https://shop.example.com', models },
    }),
  );
  return connection;
}

/** A sync on a connection of its own. */
export async function syncOf(client: TestClient, body: Record<string, unknown> = {}): Promise<string> {
  return created(await client.api('POST', `/v1/connections/${await linkedConnection(client)}/syncs`, body));
}

function created({ status, body }: Answer): string {
  if (status !== 201) throw new Error(`not created: ${status} ${JSON.stringify(body)}`);
  return String(body.id);
}

/** The open period of a sync succeeds and the next is chained, as a worker would have it, without one. */
export async function openPeriodSucceeds(world: World, { clientId }: TestClient, syncId: string): Promise<OpenPeriod> {
  const database = world.app.get(Database, { strict: false });
  const now = await world.app.get(Clock, { strict: false }).now();
  const [open] = await database.asClient(clientId, ({ periods }) => periods.open([syncId]));
  if (!open) throw new Error('The sync has no open period.');
  const behindTheBack = (sql: string, parameters: unknown[]) => query(world.database.superuserUrl, sql, parameters);
  await behindTheBack(
    `update sync_period set status = 'succeeded', owner_token = null, settled_at = $2,
            run_date = greatest(due_date, run_date) where id = $1`,
    [open.id, toIso(now)],
  );
  await behindTheBack('update sync set watermark = $2 where id = $1', [syncId, toIso(open.dueDate)]);
  await database.asClient(clientId, async ({ syncs, periods }) => {
    const sync = await syncs.find(syncId);
    if (!sync?.schedule || sync.chainStart === undefined || sync.state !== 'active') return;
    const chain = { start: sync.chainStart, watermark: sync.watermark };
    const window = planNext({
      schedule: sync.schedule,
      chain,
      settledDueDate: open.dueDate,
      now,
      catchUp: 'collapse',
    });
    await periods.plan({ id: makeId('per', now), syncId, kind: 'chain', window, timeZoneData: 'test' }, now);
  });
  return open;
}

const NO_RECORDS = { pages: 1, fetched: 0, created: 0, updated: 0, skipped: 0, deleted: 0 };
const OWNER = '3b241101-e2bb-4255-8caf-4136c566a962';

/** The open period is in the hands of a worker, with a run that is reading. */
export async function openPeriodRuns(world: World, syncId: string): Promise<string> {
  return openPeriodHasRun(world, syncId, { period: 'running', run: 'running' });
}

/** The open period waits for a worker, with a run that has not begun. */
export async function openPeriodIsQueued(world: World, syncId: string): Promise<string> {
  return openPeriodHasRun(world, syncId, { period: 'queued', run: 'created' });
}

async function openPeriodHasRun(
  world: World,
  syncId: string,
  { period, run }: { readonly period: 'queued' | 'running'; readonly run: 'created' | 'running' },
): Promise<string> {
  const runId = makeId('run', await world.app.get(Clock, { strict: false }).now());
  await query(
    world.database.superuserUrl,
    `with open as (
       update sync_period set status = $2, run_date = due_date, run_id = $4, attempt = 1,
              owner_token = case when $2 = 'running' then $5::uuid end
        where sync_id = $1 and status in ('planned', 'assigned') returning *)
     insert into run (client_id, id, sync_id, company_id, connection_id, period_id, trigger, state, owner_token, attempt,
                      range_start, range_finish, created_at, progress)
     select s.client_id, $4, s.id, s.company_id, s.connection_id, open.id, 'schedule', $3,
            case when $3 = 'running' then $5::uuid end, 1, open.period_start, open.due_date, now(),
            jsonb_build_object('orders', $6::jsonb || '{"fetched": 40}', 'products', $6::jsonb || '{"fetched": 2}')
       from open join sync s on s.client_id = open.client_id and s.id = open.sync_id`,
    [syncId, period, run, runId, OWNER, JSON.stringify(NO_RECORDS)],
  );
  return runId;
}
