import { ID_RANDOM_BYTES, newId } from '../../domain/id.js';
import type { Instant } from '../../domain/time/instant.js';
import { FlowHistoryStore, type RecentPeriod } from '../../ports/flow-history.js';
import { toInstant } from '../columns.js';
import type { Session } from '../session.js';
import { recentPeriods, toRecentPeriod, usualDelay, type RecentRow } from '../sql/recent-periods.js';

export class PgFlowHistoryStore extends FlowHistoryStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async recent(syncId: string, count: number): Promise<readonly RecentPeriod[]> {
    const rows = await this.session.rows<RecentRow>(recentPeriods, [this.session.clientId, syncId, count]);
    return rows.map(toRecentPeriod);
  }

  override async disabledAt(syncId: string): Promise<Instant | undefined> {
    const [row] = await this.session.rows<{ edited_at: Date }>(
      `select edited_at from sync_edit
        where client_id = $1 and sync_id = $2 and changes @> '[{"field": "enabled", "after": false}]'
        order by id desc limit 1`,
      [this.session.clientId, syncId],
    );
    return row && toInstant(row.edited_at);
  }

  override async usualDelay(since: Instant, runs: number): Promise<number | undefined> {
    const first = newId('run', since, new Uint8Array(ID_RANDOM_BYTES));
    const [row] = await this.session.rows<{ delay: string | number | null }>(usualDelay, [
      this.session.clientId,
      first,
      runs,
    ]);
    return row === undefined || row.delay === null ? undefined : Number(row.delay);
  }
}
