import type { Page, PageRequest } from '../../ports/page.js';
import { SyncEditStore, type Editor, type FieldChange, type SyncEdit } from '../../ports/sync-edits.js';
import { toDate, toInstant } from '../columns.js';
import { pageOf } from '../page-of.js';
import type { Session } from '../session.js';

interface EditRow {
  readonly id: string;
  readonly sync_id: string;
  readonly kind: SyncEdit['kind'];
  readonly edited_by: Editor;
  readonly changes: readonly FieldChange[];
  readonly edited_at: Date;
}

const toEdit = (row: EditRow): SyncEdit => ({
  id: row.id,
  syncId: row.sync_id,
  kind: row.kind,
  editedBy: row.edited_by,
  changes: row.changes,
  editedAt: toInstant(row.edited_at),
});

export class PgSyncEditStore extends SyncEditStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async insert({ id, syncId, kind, editedBy, changes, editedAt }: SyncEdit): Promise<void> {
    await this.session.touched(
      `insert into sync_edit (client_id, id, sync_id, kind, edited_by, changes, edited_at)
       values ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7)`,
      [this.session.clientId, id, syncId, kind, JSON.stringify(editedBy), JSON.stringify(changes), toDate(editedAt)],
    );
  }

  override async list(syncId: string, { limit, after }: PageRequest): Promise<Page<SyncEdit>> {
    const rows = await this.session.rows<EditRow>(
      `select id, sync_id, kind, edited_by, changes, edited_at from sync_edit
        where client_id = $1 and sync_id = $2 and ($3::text is null or id < $3)
        order by id desc limit $4`,
      [this.session.clientId, syncId, after ?? null, limit + 1],
    );
    return pageOf(rows, limit, toEdit);
  }
}
