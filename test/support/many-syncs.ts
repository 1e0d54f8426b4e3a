import { query } from './postgres.js';
import { syncOf } from './schedules.js';
import type { TestClient, World } from './world.js';

export interface ManySyncs {
  readonly count: number;
  /** Where a planned period of each begins and ends. */
  readonly start: string;
  readonly dueDate: string;
  /** tzdata version that the due dates are said to come from. */
  readonly timeZoneData: string;
  readonly timeZone: string;
}

/**
 * Copies of one sync, each with a planned period: as many as nobody would make one by one. Answers the id of the
 * sync they are copies of, which has one too.
 */
export async function manySyncs(world: World, client: TestClient, many: ManySyncs): Promise<string> {
  const schedule = { selectedFrequency: 'Daily', startDate: '2022-01-01', syncHour: 0, timeZone: many.timeZone };
  const syncId = await syncOf(client, { schedule });
  const { superuserUrl } = world.database;
  await query(superuserUrl, `delete from sync_period where sync_id = $1`, [syncId]);
  await query(
    superuserUrl,
    `insert into sync
     select (jsonb_populate_record(s, jsonb_build_object('id', 'syn_' || lpad(n::text, 26, '0')))).*
       from sync s, generate_series(2, $2) n where s.id = $1`,
    [syncId, many.count],
  );
  await query(
    superuserUrl,
    `insert into sync_period (client_id, id, sync_id, period_start, due_date, time_zone_data, created_at)
     select client_id, overlay(id placing 'per' from 1 for 3), id, $2, $3, $4, $2 from sync where client_id = $1`,
    [client.clientId, many.start, many.dueDate, many.timeZoneData],
  );
  return syncId;
}
