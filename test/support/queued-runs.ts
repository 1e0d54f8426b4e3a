import { instantOf } from '../../src/domain/time/instant.js';
import type { IdPrefix } from '../../src/domain/id.js';
import { makeId } from '../../src/platform/new-id.js';
import type { RunJob } from '../../src/ports/job-queue.js';
import { query } from './postgres.js';

export interface QueuedRun extends RunJob {
  readonly companyId: string;
  readonly connectionId: string;
  readonly syncId: string;
  readonly periodId: string;
}

const id = (prefix: IdPrefix): string => makeId(prefix, instantOf(Date.now()));

/** Syncs of some clients in turn, daily at midnight UTC, each with a period that has just been queued and its run. */
export async function queueRuns(url: string, count: number, clients: number): Promise<readonly QueuedRun[]> {
  const clientIds = Array.from({ length: clients }, () => id('cli'));
  await query(
    url,
    `insert into client (id, name, created_at, updated_at) select id, 'Client', now(), now() from unnest($1::text[]) id`,
    [clientIds],
  );
  const syncs = Array.from({ length: count }, (_, n) => ({
    clientId: clientIds[n % clients] ?? '',
    companyId: id('com'),
    connectionId: id('con'),
    syncId: id('syn'),
  }));
  const json = JSON.stringify(syncs);
  for (const statement of [companies, connections, newSyncs]) await query(url, statement, [json]);
  return queueAgain(url, syncs, 1);
}

/** The nth day's period of each sync, and its run; what was planned by itself meanwhile is put aside. */
export async function queueAgain(
  url: string,
  syncs: readonly Omit<QueuedRun, 'runId' | 'periodId'>[],
  day: number,
): Promise<readonly QueuedRun[]> {
  const runs = syncs.map((sync) => ({ ...sync, periodId: id('per'), runId: id('run'), day }));
  const json = JSON.stringify(runs);
  for (const statement of [supersede, periods, newRuns]) await query(url, statement, [json]);
  return runs;
}

const rows = `jsonb_to_recordset($1::jsonb) as x ("clientId" text, "companyId" text, "connectionId" text, "syncId" text,
                                                 "periodId" text, "runId" text, day integer)`;
const companies = `
insert into company (client_id, id, name, created_at, updated_at)
select "clientId", "companyId", 'Shop', now(), now() from ${rows}`;
const connections = `
insert into connection (client_id, id, company_id, platform, name, settings, state, created_at, updated_at)
select "clientId", "connectionId", "companyId", 'none', 'Till', json_build_object('of', "clientId"), 'linked', now(), now()
  from ${rows}`;
const newSyncs = `
insert into sync (client_id, id, connection_id, company_id, state, selected_frequency, frequency_options, start_date,
                  sync_hour, sync_hour_source, time_zone, configured_at, chain_start, created_at, updated_at)
select "clientId", "syncId", "connectionId", "companyId", 'active', 'Daily', '{Daily}', '2026-01-01', 0, 'request',
       'Etc/UTC', '2026-01-01', '2026-01-01', now(), now() from ${rows}`;
const supersede = `
update sync_period p set status = 'superseded', settled_at = now()
  from ${rows} where p.client_id = x."clientId" and p.sync_id = x."syncId" and p.status = 'planned'`;
const periods = `
insert into sync_period (client_id, id, sync_id, status, period_start, due_date, run_date, run_id, attempt, time_zone_data,
                         created_at)
select "clientId", "periodId", "syncId", 'queued', '2026-01-01'::timestamptz + (day - 1) * interval '1 day',
       '2026-01-01'::timestamptz + day * interval '1 day', '2026-01-01'::timestamptz + day * interval '1 day', "runId", 1,
       'test', now()
  from ${rows}`;
const newRuns = `
insert into run (client_id, id, sync_id, company_id, connection_id, period_id, trigger, range_start, range_finish, attempt,
                 created_at)
select "clientId", "runId", "syncId", "companyId", "connectionId", "periodId", 'schedule',
       '2026-01-01'::timestamptz + (day - 1) * interval '1 day', '2026-01-01'::timestamptz + day * interval '1 day', 1, now()
  from ${rows}`;
