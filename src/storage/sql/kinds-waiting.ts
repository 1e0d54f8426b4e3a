/**
 * Which kinds of runs wait to be admitted: three looks at the beginning of an index.
 *
 * Parameter: now.
 */
export const kindsWaiting = `
select 'requested' as kind
 where exists (select from run where admitted_at is null and finished_at is null and trigger <> 'bulk')
union all
select 'scheduled' where exists (select from sync_period where status = 'assigned' and run_date <= $1)
union all
select 'bulk' where exists (select from run where admitted_at is null and finished_at is null and trigger = 'bulk')`;
