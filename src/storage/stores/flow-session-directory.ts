import { FlowSessionDirectory, type FoundFlowSession } from '../../ports/flow-sessions.js';
import { toFoundSession, type FoundSessionRow } from '../flow-session-row.js';
import type { Session } from '../session.js';

export class PgFlowSessionDirectory extends FlowSessionDirectory {
  constructor(private readonly session: Session) {
    super();
  }

  override async findByToken(hash: Buffer): Promise<FoundFlowSession | undefined> {
    return this.one('select * from flow_session where token_hash = $1', hash);
  }

  override async find(sessionId: string): Promise<FoundFlowSession | undefined> {
    return this.one('select * from flow_session where id = $1', sessionId);
  }

  private async one(sql: string, parameter: unknown): Promise<FoundFlowSession | undefined> {
    const [row] = await this.session.rows<FoundSessionRow>(sql, [parameter]);
    return row && toFoundSession(row);
  }
}
