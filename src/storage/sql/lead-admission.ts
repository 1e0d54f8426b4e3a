/**
 * Takes the lock of admission to the end of the transaction, and lets its statements read indexes in their order. What waits changes by the second, so whatever statistics say of it is wrong: taking it for little,
 * the planner reads and sorts all that is ready (of 280,000: 0.8 s, not 2 ms). A dispatcher that stands still with the
 * lock loses it after some seconds, so that another admits.
 *
 * Parameter: the number of the lock.
 */
export const leadAdmission = `
select pg_try_advisory_xact_lock($1) as lead, set_config('enable_bitmapscan', 'off', true),
       set_config('enable_sort', 'off', true), set_config('jit', 'off', true),
       set_config('idle_in_transaction_session_timeout', '5s', true)`;
