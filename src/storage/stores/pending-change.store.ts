import type { Instant } from '../../domain/time/instant.js';
import { PendingChangeStore, type Release, type ReleasedChanges } from '../../ports/records.js';
import type { Session } from '../session.js';
import { anyPending, releaseChanges } from '../sql/pending-changes.js';
import { lockFeed } from '../sql/save-records.js';

interface ReleasedRow {
  readonly model: string;
  readonly taken: number;
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
}

export class PgPendingChangeStore extends PendingChangeStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async release({ connectionId, syncId, runId, most }: Release, now: Instant): Promise<ReleasedChanges> {
    const { clientId } = this.session;
    await this.session.rows(lockFeed, [clientId, connectionId]);
    const parameters = [clientId, connectionId, syncId, runId, new Date(now), most];
    const rows = await this.session.rows<ReleasedRow>(releaseChanges, parameters);
    return {
      taken: rows.reduce((sum, { taken }) => sum + taken, 0),
      models: Object.fromEntries(
        rows.map(({ model, created, updated, deleted }) => [model, { created, updated, deleted }]),
      ),
    };
  }

  override async any(syncId: string): Promise<boolean> {
    const [row] = await this.session.rows<{ any: boolean }>(anyPending, [this.session.clientId, syncId]);
    return row?.any ?? false;
  }
}
