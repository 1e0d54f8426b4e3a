import { DueDateChangeStore, type DueDateChange } from '../../ports/due-dates.js';
import type { Page, PageRequest } from '../../ports/page.js';
import { toInstant } from '../columns.js';
import { pageOf } from '../page-of.js';
import type { Session } from '../session.js';

interface ChangeRow {
  readonly id: string;
  readonly sync_id: string;
  readonly period_id: string;
  readonly reason: DueDateChange['reason'];
  readonly time_zone: string;
  readonly is_held: boolean;
  readonly previous_due_date: Date;
  readonly due_date: Date;
  readonly previous_time_zone_data: string;
  readonly time_zone_data: string;
  readonly changed_at: Date;
}

export class PgDueDateChangeStore extends DueDateChangeStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async list(syncId: string, { limit, after }: PageRequest): Promise<Page<DueDateChange>> {
    const rows = await this.session.rows<ChangeRow>(
      `select * from due_date_change
        where client_id = $1 and sync_id = $2 and ($3::text is null or id < $3)
        order by id desc limit $4`,
      [this.session.clientId, syncId, after, limit + 1],
    );
    return pageOf(rows, limit, toChange);
  }
}

const toChange = (row: ChangeRow): DueDateChange => ({
  id: row.id,
  syncId: row.sync_id,
  periodId: row.period_id,
  reason: row.reason,
  timeZone: row.time_zone,
  isHeld: row.is_held,
  previousDueDate: toInstant(row.previous_due_date),
  dueDate: toInstant(row.due_date),
  previousTimeZoneData: row.previous_time_zone_data,
  timeZoneData: row.time_zone_data,
  changedAt: toInstant(row.changed_at),
});
