import { DAY, MINUTE, plus, type Instant } from '../../domain/time/instant.js';
import {
  IdempotencyStore,
  type IdempotencyClaim,
  type IdempotentAnswer,
  type IdempotentRequest,
} from '../../ports/idempotency.js';
import type { Session } from '../session.js';

interface AnswerRow {
  readonly fingerprint: Buffer;
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>> | null;
  readonly body: Buffer | null;
  readonly body_key_id: string | null;
}

const KEPT = DAY;
const GIVEN_UP_AFTER = 2 * MINUTE;

const claim = `
insert into idempotent_answer as known (client_id, key, fingerprint, created_at)
values ($1, $2, $3, $4)
on conflict (client_id, key) do update
  set fingerprint = excluded.fingerprint, created_at = excluded.created_at,
      status = null, headers = null, body = null, body_key_id = null
  where known.created_at <= $5 or (known.status is null and known.created_at <= $6)
returning key`;

/** The primary key decides between requests at once; the loser waits for the winner's claim, not for its answer. */
export class PgIdempotencyStore extends IdempotencyStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async claim({ key, fingerprint }: IdempotentRequest, now: Instant): Promise<IdempotencyClaim> {
    const { clientId } = this.session;
    const edges = [new Date(plus(now, -KEPT)), new Date(plus(now, -GIVEN_UP_AFTER))];
    const ours = await this.session.rows(claim, [clientId, key, fingerprint, new Date(now), ...edges]);
    if (ours.length > 0) return { kind: 'ours' };
    const [known] = await this.session.rows<AnswerRow>(
      `select fingerprint, status, headers, body, body_key_id from idempotent_answer where client_id = $1 and key = $2`,
      [clientId, key],
    );
    // Released between the two statements: the caller may try again at once.
    if (!known) return { kind: 'in_use' };
    if (!known.fingerprint.equals(fingerprint)) return { kind: 'reused' };
    return known.status === null ? { kind: 'in_use' } : { kind: 'answered', answer: toAnswer(known, known.status) };
  }

  override async answer(key: string, { status, headers, body }: IdempotentAnswer): Promise<void> {
    await this.session.touched(
      `update idempotent_answer set status = $3, headers = $4, body = $5, body_key_id = $6 where client_id = $1 and key = $2`,
      [this.session.clientId, key, status, headers, body?.ciphertext ?? null, body?.keyId ?? null],
    );
  }

  override async release(key: string): Promise<void> {
    await this.session.touched(`delete from idempotent_answer where client_id = $1 and key = $2 and status is null`, [
      this.session.clientId,
      key,
    ]);
  }

  override async deleteBefore(instant: Instant): Promise<number> {
    return this.session.touched(`delete from idempotent_answer where created_at < $1 and ($2 = '' or client_id = $2)`, [
      new Date(instant),
      this.session.clientId,
    ]);
  }
}

const toAnswer = ({ headers, body, body_key_id: keyId }: AnswerRow, status: number): IdempotentAnswer => ({
  status,
  headers: headers ?? {},
  ...(body && keyId !== null ? { body: { ciphertext: body, keyId } } : {}),
});
