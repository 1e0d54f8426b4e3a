import type { Stalled, StalledKind } from '../../ports/stalled.js';
import { toInstant } from '../columns.js';

/**
 * Takes back periods whose run is over or gone. A run and what it leaves its period as are written together, so this
 * finds something only where rows were changed by hand or restored in part; the sync would wait for ever.
 *
 * Parameter: now.
 */
export const takeBackOrphans = `
with orphan as (
  select p.client_id, p.id, p.run_date as since
    from sync_period p
    join sync s on s.client_id = p.client_id and s.id = p.sync_id
   where p.status in ('queued', 'running')
     and not exists (select from run r where r.client_id = p.client_id and r.id = p.run_id
                                         and r.finished_at is null)
   limit 1000
     for no key update of s, p skip locked
)
update sync_period p
   set status = 'assigned', owner_token = null, run_date = greatest(p.due_date, $1::timestamptz), run_date_reason = 'retry'
  from orphan o
 where p.client_id = o.client_id and p.id = o.id
returning 'period_without_run' as kind, p.client_id, p.sync_id, p.id, o.since`;

/**
 * Work that stands still. Each part reads an index from its oldest entry on, or the few active runs.
 *
 * A run date that has passed may have a reason: quiet hours, a run of the same sync, a limit of the client or of its
 * connections or of a host. All of these but the first mean that the client, or another at the same host, has something
 * active, so only periods of which neither is so are told.
 *
 * Parameters: due before, run date before, started before, awaited before, clients in quiet hours, room in the pool.
 */
export const stalledWork = `
with busy as materialized (
  select distinct n.source_host
    from run r
    join connection n on n.client_id = r.client_id and n.id = r.connection_id
   where r.admitted_at is not null and r.finished_at is null and n.source_host is not null
)
(select 'not_assigned' as kind, client_id, sync_id, id, due_date as since
   from sync_period where status = 'planned' and due_date < $1 order by due_date limit 100)
union all
(select 'not_admitted', p.client_id, p.sync_id, p.id, p.run_date
   from sync_period p
  where $6::boolean and p.status = 'assigned' and p.run_date < $2 and p.client_id <> all ($5::text[])
    and not exists (select from run r where r.client_id = p.client_id and r.finished_at is null)
    and not exists (select from sync s
                      join connection c on c.client_id = s.client_id and c.id = s.connection_id
                     where s.client_id = p.client_id and s.id = p.sync_id
                       and c.source_host in (select source_host from busy))
  order by p.run_date limit 100)
union all
(select 'run_without_job', r.client_id, r.sync_id, r.id, r.started_at
   from run r
  where r.state = 'running' and r.awaiting_until is null and r.started_at < $3
    and not exists (select from pgboss.job j
                     where j.name in ('run', 'lost-run') and j.state < 'completed' and j.data ->> 'runId' = r.id)
  limit 100)
union all
(select 'handler_past_deadline', client_id, sync_id, id, awaiting_until
   from run where awaiting_until < $4 limit 100)`;

export interface StalledRow {
  readonly kind: StalledKind;
  readonly client_id: string;
  readonly sync_id: string;
  readonly id: string;
  readonly since: Date;
}

export const toStalled = ({ kind, client_id, sync_id, id, since }: StalledRow): Stalled => ({
  kind,
  clientId: client_id,
  syncId: sync_id,
  id,
  since: toInstant(since),
});
