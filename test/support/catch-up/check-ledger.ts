import type { EditedSync, Aftermath, OutageOptions } from './outage.js';
import type { FleetSync } from './fleet.js';
import { dueDateAt, iso, owedPeriods, stepAfterEdit, type OwedPeriod } from './owed.js';

export interface PeriodRow {
  readonly sync_id: string;
  readonly status: string;
  readonly period_start: Date;
  readonly due_date: Date;
  readonly settled_at: Date | null;
  readonly recovered_due_dates: number;
}

/** Where the ledger is not what the schedules alone say it must be, or does not go on. */
export function ledgerFindings(
  { fleet, edited, upTo }: Aftermath,
  { catchUp }: Pick<OutageOptions, 'catchUp'>,
  bySync: ReadonlyMap<string, readonly PeriodRow[]>,
): string[] {
  return fleet.flatMap((sync) => {
    const rows = bySync.get(sync.id) ?? [];
    const done = rows.filter(({ status }) => status === 'succeeded');
    const edit = edited.find(({ id }) => id === sync.id);
    const found = done.map(periodOf);
    const owed = owedBy(sync, edit, { done, catchUp });
    const at = found.findIndex((period, index) => JSON.stringify(period) !== JSON.stringify(owed[index]));
    const wrong = at < 0 ? [] : [`${sync.name}: ${JSON.stringify(found[at])}, not ${JSON.stringify(owed[at])}`];
    const [open, ...others] = rows.filter(({ status }) => status !== 'succeeded');
    const goesOn = open && others.length === 0 && open.due_date.getTime() > upTo;
    const isChained = goesOn && open.period_start.toISOString() === found.at(-1)?.dueDate;
    return isChained ? wrong : [...wrong, `${sync.name}: does not go on after ${found.at(-1)?.dueDate}`];
  });
}

const periodOf = (row: PeriodRow): OwedPeriod => ({
  start: row.period_start.toISOString(),
  dueDate: row.due_date.toISOString(),
  recoveredDueDates: row.recovered_due_dates,
});

interface Done {
  readonly done: readonly PeriodRow[];
  readonly catchUp: 'collapse' | 'each';
}

/** By the old schedule up to the edit, by the new one from there on. */
function owedBy(sync: FleetSync, edit: EditedSync | undefined, { done, catchUp }: Done): readonly OwedPeriod[] {
  const isOld = (row: PeriodRow) => edit === undefined || row.due_date.getTime() <= edit.editedAt;
  const settledAt = (rows: readonly PeriodRow[]) => rows.map((row) => row.settled_at?.getTime() ?? Number.NaN);
  const [old, rest] = [done.filter(isOld), done.filter((row) => !isOld(row))];
  const first = { from: dueDateAt(sync.schedule, 0), first: 1, catchUp, settledAt: settledAt(old) };
  const owed = owedPeriods(sync.schedule, first);
  if (!edit) return owed;
  const from = Date.parse(owed.at(-1)?.dueDate ?? iso(first.from));
  const step = stepAfterEdit(edit.schedule, edit.editedAt);
  return [...owed, ...owedPeriods(edit.schedule, { from, first: step, catchUp, settledAt: settledAt(rest) })];
}
