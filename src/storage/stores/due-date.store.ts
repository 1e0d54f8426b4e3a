import { toIso, type Instant } from '../../domain/time/instant.js';
import {
  DueDateStore,
  type DueDateChange,
  type LiveTimeZoneData,
  type RecomputedPeriod,
  type WaitingPeriod,
} from '../../ports/due-dates.js';
import { toDate } from '../columns.js';
import type { Session } from '../session.js';
import {
  lockWaiting,
  noteChanges,
  saveRecomputed,
  toWaitingPeriod,
  versionsInUse,
  type WaitingRow,
} from '../sql/waiting-due-dates.js';

export class PgDueDateStore extends DueDateStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async live(seenSince: Instant): Promise<readonly LiveTimeZoneData[]> {
    return this.session.rows<LiveTimeZoneData>(
      `select time_zone_data as version, bool_or('dispatcher' = any (roles)) as dispatches
         from process where seen_at >= $1 group by 1`,
      [new Date(seenSince)],
    );
  }

  override async versions(): Promise<readonly string[]> {
    const rows = await this.session.rows<{ version: string }>(versionsInUse);
    return rows.map(({ version }) => version);
  }

  override async lock(version: string, limit: number): Promise<readonly WaitingPeriod[]> {
    const rows = await this.session.rows<WaitingRow>(lockWaiting, [version, limit]);
    return rows.flatMap(toWaitingPeriod);
  }

  override async save(periods: readonly RecomputedPeriod[], version: string): Promise<void> {
    await this.session.touched(saveRecomputed, [
      periods.map((period) => period.clientId),
      periods.map((period) => period.id),
      periods.map((period) => period.isMoved),
      periods.map((period) => new Date(period.dueDate)),
      periods.map((period) => toDate(period.heldDueDate)),
      periods.map((period) => new Date(period.nextDueDate)),
      version,
    ]);
  }

  override async note(changes: readonly (DueDateChange & { readonly clientId: string })[]): Promise<void> {
    if (changes.length === 0) return;
    await this.session.touched(noteChanges, [JSON.stringify(changes.map(written))]);
  }
}

const written = ({ previousDueDate, dueDate, changedAt, ...rest }: DueDateChange) => ({
  ...rest,
  previousDueDate: toIso(previousDueDate),
  dueDate: toIso(dueDate),
  changedAt: toIso(changedAt),
});
