import type { Instant } from '../../domain/time/instant.js';
import {
  HandlerRunStore,
  OverdueRunStore,
  type HandlerRun,
  type Heartbeat,
  type OverdueRun,
  type TakenBack,
} from '../../ports/handler-runs.js';
import type { Ownership, Progress, SaveProgress } from '../../ports/runs.js';
import { toInstant } from '../columns.js';
import type { Session } from '../session.js';
import {
  beat,
  holdHandlerRun,
  takeBack,
  takeOverdue,
  toTakenBack,
  type HeldRow,
  type TakenBackRow,
} from '../sql/handler-runs.js';
import { toRun } from './run-row.js';

const toHandlerRun = (row: HeldRow): HandlerRun => ({
  run: toRun(row),
  platform: row.platform,
  settings: row.settings,
  deadline: toInstant(row.answer_deadline),
});

export class PgHandlerRunStore extends HandlerRunStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async prepare(
    { runId, token }: Ownership,
    { deadline, progress }: { readonly deadline: Instant; readonly progress: Progress },
  ): Promise<boolean> {
    const prepared = await this.session.touched(
      `update run set answer_deadline = $4, progress = $5::jsonb
        where client_id = $1 and id = $2 and owner_token = $3::uuid`,
      [this.session.clientId, runId, token, new Date(deadline), JSON.stringify(progress)],
    );
    return prepared > 0;
  }

  override async accept({ runId, token }: Ownership, awaitingUntil: Instant): Promise<SaveProgress> {
    const [row] = await this.session.rows<{ abort: boolean }>(
      `update run set awaiting_until = case when abort_requested_at is null then $4::timestamptz end
        where client_id = $1 and id = $2 and owner_token = $3::uuid
       returning abort_requested_at is not null as abort`,
      [this.session.clientId, runId, token, new Date(awaitingUntil)],
    );
    if (!row) return 'lost';
    return row.abort ? 'abort_requested' : 'saved';
  }

  override async hold({ runId, token }: Ownership): Promise<HandlerRun | undefined> {
    const [row] = await this.session.rows<HeldRow>(holdHandlerRun, [this.session.clientId, runId, token]);
    return row && toHandlerRun(row);
  }

  override async heartbeat(runId: string, { progress, checkpoint, awaitingUntil }: Heartbeat): Promise<void> {
    await this.session.touched(beat, [
      this.session.clientId,
      runId,
      JSON.stringify(progress),
      // As the checkpoint of a run that Meridian reads, so that the next attempt takes it over.
      checkpoint === undefined ? null : JSON.stringify({ done: [], at: checkpoint }),
      new Date(awaitingUntil),
    ]);
  }

  override async takeBack({ runId, token }: Ownership, now: Instant): Promise<TakenBack | undefined> {
    const [row] = await this.session.rows<TakenBackRow>(takeBack, [this.session.clientId, runId, token, new Date(now)]);
    return row && toTakenBack(row);
  }

  override async wasEndedBy(runId: string, reportDigest: Buffer): Promise<boolean> {
    const rows = await this.session.rows('select from run where client_id = $1 and id = $2 and report_digest = $3', [
      this.session.clientId,
      runId,
      reportDigest,
    ]);
    return rows.length > 0;
  }
}

export class PgOverdueRunStore extends OverdueRunStore {
  constructor(private readonly session: Session) {
    super();
  }

  override take(now: Instant, limit: number): Promise<readonly OverdueRun[]> {
    return this.session.rows<OverdueRun>(takeOverdue, [new Date(now), limit]);
  }
}
