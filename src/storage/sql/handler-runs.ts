import type { TakenBack } from '../../ports/handler-runs.js';
import { runColumns, toRun, type RunRow } from '../stores/run-row.js';

/** Parameters: client id, run id, token as text. */
export const holdHandlerRun = `
select ${runColumns('r')}, r.answer_deadline, c.platform, c.settings
  from run r
  join connection c on c.client_id = r.client_id and c.id = r.connection_id
 where r.client_id = $1 and r.id = $2 and r.owner_token::text = $3 and r.answer_deadline is not null
   for no key update of r`;

export interface HeldRow extends RunRow {
  readonly answer_deadline: Date;
  readonly platform: string;
  readonly settings: Record<string, unknown>;
}

/**
 * A run that awaits no answer yet is still in the hands of the worker that hands it over. The same checkpoint again
 * gets nobody further.
 *
 * Parameters: client id, run id, progress, checkpoint or null, awaiting until.
 */
export const beat = `
update run
   set progress = $3::jsonb,
       checkpoint = coalesce($4::jsonb, checkpoint),
       progressed = progressed or ($4::jsonb is not null and checkpoint is distinct from $4::jsonb),
       awaiting_until = case when awaiting_until is null then null else $5::timestamptz end
 where client_id = $1 and id = $2`;

/**
 * Takes an accepted run. Its time is over with that, so that one whose taker is lost is settled by the next tick.
 *
 * Parameters: client id, run id, new token, now.
 */
export const takeBack = `
with held as (
  select client_id, id, owner_token from run
   where client_id = $1 and id = $2 and awaiting_until is not null
     for no key update
), taken as (
  update run r
     set owner_token = $3::uuid, awaiting_until = least(r.awaiting_until, $4::timestamptz)
    from held h
   where r.client_id = h.client_id and r.id = h.id
  returning r.*, h.owner_token as former_token
), period as (
  update sync_period p
     set owner_token = $3::uuid
    from taken t
   where p.client_id = t.client_id and p.id = t.period_id
)
select ${runColumns('t')}, t.former_token::text, c.platform, c.state as connection_state, c.settings, c.credentials,
       c.credentials_key_id
  from taken t
  join connection c on c.client_id = t.client_id and c.id = t.connection_id`;

export interface TakenBackRow extends RunRow {
  readonly former_token: string;
  readonly platform: string;
  readonly connection_state: string;
  readonly settings: Record<string, unknown>;
  readonly credentials: Buffer | null;
  readonly credentials_key_id: string | null;
}

export function toTakenBack(row: TakenBackRow): TakenBack {
  const { credentials, credentials_key_id: keyId } = row;
  return {
    run: toRun(row),
    token: row.former_token,
    connection: {
      platform: row.platform,
      state: row.connection_state,
      settings: row.settings,
      credentials: credentials && keyId ? { ciphertext: credentials, keyId } : undefined,
      // It is only told that there is nothing to do.
      variables: {},
    },
  };
}

/**
 * Takes accepted runs whose time is up, or whose connection was unlinked, each under a token of its own. They stay
 * overdue until they are settled, so that another process takes them from one that is lost in between.
 *
 * Parameters: now, limit.
 */
export const takeOverdue = `
with overdue as (
  select r.client_id, r.id, c.state = 'unlinked' as is_unlinked
    from run r
    join connection c on c.client_id = r.client_id and c.id = r.connection_id
   where r.awaiting_until is not null and (r.awaiting_until <= $1 or c.state = 'unlinked')
   order by r.awaiting_until limit $2
     for no key update of r skip locked
), taken as (
  update run r
     set owner_token = gen_random_uuid()
    from overdue o
   where r.client_id = o.client_id and r.id = o.id
  returning r.*, o.is_unlinked
), periods as (
  update sync_period p
     set owner_token = t.owner_token
    from taken t
   where p.client_id = t.client_id and p.id = t.period_id
)
select client_id as "clientId", id as "runId", owner_token::text as token, progress,
       case when abort_requested_at is not null then 'aborted'
            when is_unlinked then 'unlinked'
            when awaiting_until >= answer_deadline then 'pastDeadline'
            else 'silent' end as because
  from taken`;
