/**
 * Keeps the instants of runs for the load. It goes with each statement that ends runs, as a part of it: a trigger on
 * the table costs each run twice as much, since it is called for one row at a time.
 *
 * `ended` is a part that returns the columns of the runs.
 */
export const noteEndedRuns = (ended: string): string => `
insert into ended_run (client_id, state, cost_seconds, run_date, wanted_date, started_at, finished_at)
select client_id, state, cost_seconds, run_date, case when trigger = 'schedule' then due_date else run_date end,
       started_at, finished_at
  from ${ended}`;

/** Columns of a run that `ended` returns. */
export const endedRunColumns = ['client_id', 'state', 'cost_seconds', 'run_date', 'trigger', 'due_date']
  .concat('started_at', 'finished_at')
  .map((name) => `r.${name}`)
  .join(', ');
