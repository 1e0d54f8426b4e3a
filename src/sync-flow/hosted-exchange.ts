import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { isId } from '../domain/id.js';
import { DAY, HOUR, plus, SECOND, type Instant } from '../domain/time/instant.js';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';
import type { FlowSession, FoundFlowSession } from '../ports/flow-sessions.js';
import { linkTokenExpired, linkTokenInvalid, linkTokenUsed } from './flow-problems.js';
import { hashOfSecret, newFlowToken } from './flow-tokens.js';

/** How long a link waits to be opened, in milliseconds. */
const LINK_LIFE = DAY;
/** However much it is used, no token outlives this, in milliseconds. */
const LONGEST_LIFE = 4 * HOUR;

export interface HostedToken {
  readonly token: string;
  readonly expiresAt: Instant;
}

/** Turns the code of a hosted link into a token, once. */
@Injectable()
export class HostedExchange {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws 401 for a wrong code, whatever became of the session; 410 link_token_expired where it has ended or is gone,
   * with its connection for one; 410 link_token_used for everybody but the first.
   */
  async execute(sessionId: string, code: string): Promise<HostedToken> {
    const now = await this.clock.now();
    if (!isId('fs', sessionId)) throw linkTokenInvalid();
    const found = await this.database.asOperator(({ flowSessions }) => flowSessions.find(sessionId));
    if (!found) throw linkTokenExpired();
    if (!timingSafeEqual(found.codeHash, hashOfSecret(code))) throw linkTokenInvalid();
    requireOpen(found, now);
    return this.redeem(found, now);
  }

  private async redeem({ clientId, session }: FoundFlowSession, now: Instant): Promise<HostedToken> {
    const token = newFlowToken();
    const redemption = { token: token.hash, at: now, ...lifeFrom(session, now) };
    const isFirst = await this.database.asClient(clientId, ({ flowSessions }) =>
      flowSessions.redeem(session.id, redemption),
    );
    if (!isFirst) throw linkTokenUsed();
    return { token: token.text, expiresAt: redemption.expiresAt };
  }
}

function requireOpen({ session, codeUsedAt, revokedAt }: FoundFlowSession, now: Instant): void {
  if (codeUsedAt !== undefined) throw linkTokenUsed();
  if (revokedAt !== undefined || plus(session.createdAt, LINK_LIFE) <= now) throw linkTokenExpired();
}

const lifeFrom = ({ ttlSeconds }: FlowSession, now: Instant) => ({
  expiresAt: plus(now, ttlSeconds * SECOND),
  lastPossibleAt: plus(now, LONGEST_LIFE),
});
