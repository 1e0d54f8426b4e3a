import type { ActiveRuns } from '../../domain/load/active-runs.js';
import type { AdmissionKind, Candidate } from '../../domain/load/admission.js';
import type { Instant } from '../../domain/time/instant.js';
import { makeId } from '../../platform/new-id.js';
import { AdmissionStore, type WaitingQuery, type WaitingRun } from '../../ports/admission.js';
import type { RunJob } from '../../ports/job-queue.js';
import { orUndefined, toInstant } from '../columns.js';
import { addFirstLines, admittedRun, type AdmittedRow } from '../first-lines.js';
import type { Session } from '../session.js';
import { activeRuns, toActiveRuns, toPlace, type ActiveRunsRow, type PlaceRow } from '../sql/active-runs.js';
import { admitPeriods, holdWaiting } from '../sql/admit-periods.js';
import { leadAdmission } from '../sql/lead-admission.js';
import { admitRuns, noteTurns } from '../sql/admit-runs.js';
import { kindsWaiting } from '../sql/kinds-waiting.js';
import { runsWithoutJob } from '../sql/runs-without-job.js';
import type { WaitingStatements } from '../sql/waiting-in-turn.js';
import { waitingPeriods } from '../sql/waiting-periods.js';
import { waitingBulk, waitingRequests } from '../sql/waiting-runs.js';

/** The same for every dispatcher on one database; another than that of planning, so that neither waits for the other. */
const ADMISSION_LOCK = 4_871_263_192;

const waitingOf: Readonly<Record<AdmissionKind, WaitingStatements>> = {
  requested: waitingRequests,
  scheduled: waitingPeriods,
  bulk: waitingBulk,
};

interface WaitingRow extends PlaceRow {
  readonly id: string;
  readonly since: Date;
  readonly weight: number;
  readonly last_turn: number | null;
}

type Admitted = Pick<Candidate, 'id' | 'clientId' | 'kind'>;

export class PgAdmissionStore extends AdmissionStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async lead(): Promise<boolean> {
    const [row] = await this.session.rows<{ lead: boolean }>(leadAdmission, [ADMISSION_LOCK]);
    return row?.lead ?? false;
  }

  override async kindsWaiting(now: Instant): Promise<readonly AdmissionKind[]> {
    const rows = await this.session.rows<{ kind: AdmissionKind }>(kindsWaiting, [new Date(now)]);
    return rows.map(({ kind }) => kind);
  }

  override async concurrency(seenSince: Instant): Promise<number> {
    const [row] = await this.session.rows<{ concurrency: number }>(
      `select coalesce(sum(worker_concurrency), 0)::int as concurrency
         from process where 'worker' = any (roles) and seen_at >= $1 and stopped_at is null`,
      [new Date(seenSince)],
    );
    return row?.concurrency ?? 0;
  }

  override async active(): Promise<readonly ActiveRuns[]> {
    return (await this.session.rows<ActiveRunsRow>(activeRuns)).map(toActiveRuns);
  }

  override async waiting(query: WaitingQuery): Promise<readonly WaitingRun[]> {
    const { kind, lane, now, most, full, quiet, places } = query;
    const isAnyFull = full.connections.length + full.hosts.length > 0;
    const { oneTurn, moreTurns } = waitingOf[kind][isAnyFull ? 'someFull' : 'nothingFull'];
    const common = [new Date(now), lane, full.connections, full.hosts];
    const first = await this.session.rows<WaitingRow>(oneTurn, [
      ...common,
      most,
      JSON.stringify(Object.fromEntries(places)),
      // What was asked for by hand does not start by itself.
      kind === 'scheduled' ? [...full.clients, ...quiet] : full.clients,
    ]);
    const clients = [...new Set(first.map((row) => row.client_id))];
    const turns = Math.ceil(most / Math.max(1, clients.length));
    const isEnough = first.length === 0 || first.length >= most || turns === 1;
    const rows = isEnough ? first : await this.session.rows<WaitingRow>(moreTurns, [...common, clients, turns]);
    return rows.map((row) => toWaitingRun(row, { kind, lane }));
  }

  override async admit(admitted: readonly Admitted[], now: Instant): Promise<readonly RunJob[]> {
    const periods = await this.admitPeriods(
      admitted.filter(({ kind }) => kind === 'scheduled'),
      now,
    );
    const runs = await this.admitRuns(
      admitted.filter(({ kind }) => kind !== 'scheduled'),
      now,
    );
    const jobs = [...runs, ...periods];
    const turns = admitted.map(({ clientId }) => clientId);
    if (jobs.length > 0) await this.session.touched(noteTurns, [turns, new Date(now)]);
    return jobs;
  }

  override async withoutJob(createdBefore: Instant): Promise<readonly RunJob[]> {
    return this.session.rows<RunJob>(runsWithoutJob, [new Date(createdBefore)]);
  }

  private async admitPeriods(periods: readonly Admitted[], now: Instant): Promise<readonly RunJob[]> {
    if (periods.length === 0) return [];
    const held = await this.session.rows<{ client_id: string; id: string }>(holdWaiting, keysOf(periods));
    const rows = await this.session.rows<AdmittedRow>(admitPeriods, [
      held.map((period) => period.client_id),
      held.map((period) => period.id),
      held.map(() => makeId('run', now)),
      new Date(now),
      new Date(now),
    ]);
    await addFirstLines(this.session, rows.map(admittedRun), now);
    return rows.map((run) => ({ clientId: run.client_id, runId: run.id }));
  }

  private async admitRuns(runs: readonly Admitted[], now: Instant): Promise<readonly RunJob[]> {
    if (runs.length === 0) return [];
    return this.session.rows<RunJob>(admitRuns, [...keysOf(runs), new Date(now)]);
  }
}

const keysOf = (admitted: readonly Admitted[]): readonly (readonly string[])[] => [
  admitted.map(({ clientId }) => clientId),
  admitted.map(({ id }) => id),
];

const toWaitingRun = (row: WaitingRow, of: Pick<WaitingQuery, 'kind' | 'lane'>): WaitingRun => ({
  ...of,
  id: row.id,
  weight: row.weight,
  since: toInstant(row.since),
  lastTurn: orUndefined(row.last_turn),
  ...toPlace(row),
});
