import type { Instant } from '../../domain/time/instant.js';
import { type Ownership } from '../../ports/runs.js';
import { SettlementStore, type SettlementContext, type SettlementRows } from '../../ports/settlements.js';
import { loadSettlements, toSettlementContext, type SettlementRow } from '../sql/load-settlements.js';
import * as save from '../sql/save-settlements.js';
import type { Session } from '../session.js';

export class PgSettlementStore extends SettlementStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async load(
    owners: readonly (Ownership & { readonly clientId: string })[],
  ): Promise<readonly SettlementContext[]> {
    const rows = await this.session.rows<SettlementRow>(loadSettlements, [
      owners.map((owner) => owner.clientId),
      owners.map((owner) => owner.runId),
      owners.map((owner) => owner.token),
    ]);
    return rows.map(toSettlementContext);
  }

  /** One statement per table, whatever the number of runs. The old period is closed before the next is opened. */
  override async save(rows: SettlementRows, now: Instant): Promise<void> {
    const at = new Date(now);
    const write = async (statement: string, set: readonly unknown[]) => {
      if (set.length > 0) await this.session.touched(statement, [JSON.stringify(set), at]);
    };
    await write(save.runs, rows.runs.map(save.runParameters));
    await write(save.periods, rows.periods.map(save.periodParameters));
    await write(save.syncs, rows.syncs.map(save.syncParameters));
    await write(
      save.stopped,
      rows.syncs.filter(({ stop }) => stop !== undefined),
    );
    await write(save.deauthorized, rows.deauthorized.map(save.deauthorizedParameters));
    await write(save.variables, rows.variables);
    await write(save.planned, rows.planned.map(save.plannedParameters));
  }
}
