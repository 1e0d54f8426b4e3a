import { Injectable } from '@nestjs/common';
import { MINUTE, plus, SECOND, type Instant } from '../domain/time/instant.js';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';
import type { FlowSession, FoundFlowSession } from '../ports/flow-sessions.js';
import { linkTokenExpired } from './flow-problems.js';
import { hashOfSecret, isFlowToken } from './flow-tokens.js';

/** A token is prolonged by at least this much, so that a page that polls does not write each time. */
const WORTH_WRITING = MINUTE;

/** The sessions behind tokens. Asked for anew each time: a session that is ended is dead everywhere at once. */
@Injectable()
export class FlowTokens {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Undefined for a token that is of no session. */
  async find(token: string): Promise<FoundFlowSession | undefined> {
    if (!isFlowToken(token)) return undefined;
    return this.database.asOperator(({ flowSessions }) => flowSessions.findByToken(hashOfSecret(token)));
  }

  /** Prolongs the session by its life. Throws 410 for one that has ended, by the database's clock. */
  async use({ clientId, session, revokedAt }: FoundFlowSession): Promise<FlowSession> {
    const now = await this.clock.now();
    if (revokedAt !== undefined || session.expiresAt <= now) throw linkTokenExpired();
    const expiresAt = prolonged(session, now);
    if (expiresAt - session.expiresAt < WORTH_WRITING) return session;
    await this.database.asClient(clientId, ({ flowSessions }) => flowSessions.prolong(session.id, expiresAt));
    return { ...session, expiresAt };
  }
}

const prolonged = ({ ttlSeconds, lastPossibleAt }: FlowSession, now: Instant): Instant => {
  const wished = plus(now, ttlSeconds * SECOND);
  return wished < lastPossibleAt ? wished : lastPossibleAt;
};
