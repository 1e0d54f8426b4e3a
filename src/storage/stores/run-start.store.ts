import type { Instant } from '../../domain/time/instant.js';
import {
  RunConnectionStore,
  RunStartStore,
  type ConnectionSettings,
  type RunToStart,
  type TakenRun,
} from '../../ports/run-starts.js';
import type { Session } from '../session.js';
import {
  connectionsOfClients,
  toConnectionSettings,
  type ConnectionSettingsRow,
} from '../sql/connections-of-clients.js';
import { startRunsOfAll, toStartedRun, type StartedRow } from '../sql/start-run.js';

export class PgRunStartStore extends RunStartStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async start(runs: readonly RunToStart[], now: Instant): Promise<readonly TakenRun[]> {
    const rows = await this.session.rows<StartedRow>(startRunsOfAll, [
      runs.map((run) => run.clientId),
      runs.map((run) => run.runId),
      runs.map((run) => run.token),
      new Date(now),
    ]);
    return rows.map((row) => ({
      clientId: row.client_id,
      runId: row.id,
      token: row.owner_token,
      started: toStartedRun(row),
    }));
  }
}

export class PgRunConnectionStore extends RunConnectionStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async settingsOf(runs: readonly TakenRun[]): Promise<ReadonlyMap<string, ConnectionSettings>> {
    if (runs.length === 0) return new Map();
    const rows = await this.session.rows<ConnectionSettingsRow & { readonly id: string }>(connectionsOfClients, [
      runs.map((run) => run.clientId),
      runs.map((run) => run.started.run.connectionId),
    ]);
    return new Map(rows.map((row) => [row.id, toConnectionSettings(row)]));
  }
}
