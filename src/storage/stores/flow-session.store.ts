import {
  FlowSessionStore,
  type FlowRedemption,
  type FlowSession,
  type FlowSessionHashes,
} from '../../ports/flow-sessions.js';
import type { Instant } from '../../domain/time/instant.js';
import type { Session } from '../session.js';
import { flowSessionTable } from '../tables/flow-session.table.js';

export class PgFlowSessionStore extends FlowSessionStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async insert(flowSession: FlowSession, { token, code }: FlowSessionHashes): Promise<void> {
    await this.session.manager.getRepository(flowSessionTable).insert({
      ...flowSession,
      clientId: this.session.clientId,
      tokenHash: token,
      codeHash: code,
      createdAt: new Date(flowSession.createdAt),
      expiresAt: new Date(flowSession.expiresAt),
      lastPossibleAt: new Date(flowSession.lastPossibleAt),
    });
  }

  /** A session ends with its token, or, where its link was never used, a day after it was made. */
  override async expireAll(companyId: string, now: Instant): Promise<number> {
    return this.session.touched(
      `update flow_session set revoked_at = $3::timestamptz
        where client_id = $1 and company_id = $2 and revoked_at is null
          and (expires_at > $3::timestamptz or (code_used_at is null and created_at > $3::timestamptz - interval '24 hours'))`,
      [this.session.clientId, companyId, new Date(now)],
    );
  }

  override async prolong(sessionId: string, expiresAt: Instant): Promise<void> {
    await this.session.touched(
      `update flow_session set expires_at = least($3, last_possible_at)
        where client_id = $1 and id = $2 and revoked_at is null and expires_at < $3`,
      [this.session.clientId, sessionId, new Date(expiresAt)],
    );
  }

  override async redeem(sessionId: string, redemption: FlowRedemption): Promise<boolean> {
    const { token, at, expiresAt, lastPossibleAt } = redemption;
    const touched = await this.session.touched(
      `update flow_session set code_used_at = $3, token_hash = $4, expires_at = $5, last_possible_at = $6
        where client_id = $1 and id = $2 and code_used_at is null and revoked_at is null`,
      [this.session.clientId, sessionId, new Date(at), token, new Date(expiresAt), new Date(lastPossibleAt)],
    );
    return touched === 1;
  }
}
