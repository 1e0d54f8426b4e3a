/**
 * Endpoints with something overdue since $1 that no job will send: their job was lost with the queue's rows. A job too
 * many does no harm.
 */
export const endpointsWithoutJob = `
select e.client_id as "clientId", e.id as "endpointId"
  from webhook_endpoint e
  cross join lateral (
    select from webhook_delivery d
     where d.client_id = e.client_id and d.endpoint_id = e.id and d.state = 'pending' and d.next_attempt_at < $1
     limit 1) overdue
 where (e.paused_until is null or e.paused_until < $1)
   and not exists (select from pgboss.job j
                    where j.name = 'deliveries' and j.singleton_key = e.id and j.state < 'completed'
                      and (j.state <> 'created' or j.start_after <= now()))
 limit 1000`;

/** The oldest messages made before $1, at most $2, save those that are still to be sent. */
export const deleteOldMessages = `
with old as (
  select m.client_id, m.id
    from client c
    cross join lateral (
      select m.client_id, m.id from webhook_message m
       where m.client_id = c.id and m.created_at < $1
         and not exists (select from webhook_delivery d
                          where d.client_id = m.client_id and d.message_id = m.id and d.state = 'pending')
       order by m.created_at limit $2) m
   limit $2
)
delete from webhook_message m using old where m.client_id = old.client_id and m.id = old.id`;
