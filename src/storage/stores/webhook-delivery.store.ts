import { toIso, type Instant } from '../../domain/time/instant.js';
import type { DeliveryJob } from '../../ports/job-queue.js';
import {
  WebhookDeliveryStore,
  type DueDelivery,
  type DueRequest,
  type MessageSpan,
  type RecordedAttempt,
} from '../../ports/webhooks.js';
import { toDate, toInstant } from '../columns.js';
import { dueDeliveries, nextAttemptAt } from '../sql/due-deliveries.js';
import { failPending } from '../sql/fail-pending.js';
import { recordAttempts } from '../sql/record-attempts.js';
import { recoverDeliveries, reopenDeliveries, replayMessages } from '../sql/reopen-deliveries.js';
import type { Session } from '../session.js';

export class PgWebhookDeliveryStore extends WebhookDeliveryStore {
  constructor(private readonly session: Session) {
    super();
  }

  private get clientId(): string {
    return this.session.clientId;
  }

  override due(endpointId: string, { now, limit, except }: DueRequest): Promise<readonly DueDelivery[]> {
    const parameters = [this.clientId, endpointId, new Date(now), except, limit];
    return this.session.rows<DueDelivery>(dueDeliveries, parameters);
  }

  override record(endpointId: string, attempts: readonly RecordedAttempt[]): Promise<number> {
    // Always in the same order, so that two statements never wait for each other.
    const rows = attempts.toSorted((a, b) => (a.messageId < b.messageId ? -1 : 1)).map(toRow);
    return this.session.touched(recordAttempts, [this.clientId, endpointId, JSON.stringify(rows)]);
  }

  override async nextAttemptAt(endpointId: string): Promise<Instant | undefined> {
    const [row] = await this.session.rows<{ at: Date }>(nextAttemptAt, [this.clientId, endpointId]);
    return row && toInstant(row.at);
  }

  override failPending(endpointId: string): Promise<number> {
    return failPending(this.session, endpointId);
  }

  override async reopen(
    messageId: string,
    endpointId: string | undefined,
    now: Instant,
  ): Promise<readonly DeliveryJob[]> {
    const parameters = [this.clientId, messageId, endpointId ?? null, new Date(now)];
    return this.session.rows<DeliveryJob>(reopenDeliveries, parameters);
  }

  override recover(endpointId: string, span: MessageSpan, now: Instant): Promise<number> {
    return this.session.touched(recoverDeliveries, this.spanParameters(endpointId, span, now));
  }

  override replay(endpointId: string, span: MessageSpan, now: Instant): Promise<number> {
    return this.session.touched(replayMessages, this.spanParameters(endpointId, span, now));
  }

  private spanParameters(endpointId: string, { since, until }: MessageSpan, now: Instant): readonly unknown[] {
    return [this.clientId, endpointId, new Date(since), toDate(until), new Date(now)];
  }
}

/** As `recordAttempts` reads it: instants as text. */
const toRow = (attempt: RecordedAttempt): object =>
  Object.assign({}, attempt, {
    attemptedAt: toIso(attempt.attemptedAt),
    nextAttemptAt: attempt.nextAttemptAt === undefined ? null : toIso(attempt.nextAttemptAt),
  });
