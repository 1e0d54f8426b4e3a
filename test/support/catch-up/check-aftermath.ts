import { query } from '../postgres.js';
import { ledgerFindings, type PeriodRow } from './check-ledger.js';
import { LIMITS } from './fleet.js';
import { FRESH_SYNCS, type Aftermath, type OutageOptions } from './outage.js';

interface RunRow {
  readonly client_id: string;
  readonly sync_id: string;
  readonly run_date: Date;
  readonly due_date: Date;
  readonly admitted_at: Date;
  readonly started_at: Date;
  readonly finished_at: Date;
  readonly run_date_reason: string;
}

export interface Verdict {
  /** What is wrong, in words; nothing when all is well. */
  readonly findings: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
}

/** Holds the ledger against what was owed, what the source saw against the caps, and the fresh client's runs against the others'. */
export async function checkAftermath(aftermath: Aftermath, options: OutageOptions): Promise<Verdict> {
  const periods = await query<PeriodRow>(
    options.database.superuserUrl,
    `select sync_id, status, period_start, due_date, settled_at, recovered_due_dates from sync_period
      where status <> 'superseded' order by sync_id, due_date, id`,
  );
  const runs = await query<RunRow>(
    options.database.superuserUrl,
    `select r.client_id, r.sync_id, r.run_date, r.due_date, r.admitted_at, r.started_at, r.finished_at,
            p.run_date_reason
       from run r join sync_period p on p.client_id = r.client_id and p.id = r.period_id
      where r.started_at is not null order by r.started_at, r.id`,
  );
  const overrated = await query<{ id: string; seconds: number }>(
    options.database.superuserUrl,
    'select id, average_run_seconds as seconds from sync where average_run_seconds > 600',
  );
  const bySync = Map.groupBy(periods, ({ sync_id: id }) => id);
  const fresh = betweenFresh(aftermath, runs);
  // Twice what the pool executes may have been admitted at any time. Clients then take turns: while the fresh client gets
  // a place for each of its syncs, each other client gets one as well.
  const places = 2 * options.concurrency;
  const turns = FRESH_SYNCS * options.clients + places;
  const findings = [
    ...ledgerFindings(aftermath, options, bySync),
    ...sourceFindings(aftermath, periods),
    ...overlapFindings(runs),
    ...overrated.map(({ id, seconds }) => `${id} is planned for ${seconds} seconds`),
    ...(fresh.length > 5 ? [] : [`only ${fresh.length} runs of the fresh client`]),
    ...fresh
      .filter(({ admitted }) => admitted > turns)
      .map(({ admitted }) => `${admitted} admitted first, not ${turns}`),
    ...fresh
      .filter(({ begun }) => begun > turns + places)
      .map(({ begun }) => `${begun} begun first, not ${turns + places}`),
  ];
  const delays = fresh.map(({ delay }) => delay).toSorted((a, b) => a - b);
  return {
    findings,
    figures: {
      runs: runs.length,
      seconds: aftermath.seconds,
      runsPerSecond: runs.length / aftermath.seconds,
      freshRuns: fresh.length,
      mostAdmittedBeforeFresh: Math.max(...fresh.map(({ admitted }) => admitted)),
      mostBegunBeforeFresh: Math.max(...fresh.map(({ begun }) => begun)),
      longestPlannedDelaySeconds: delays.at(-1) ?? 0,
      medianPlannedDelaySeconds: delays[Math.floor(delays.length / 2)] ?? 0,
    },
  };
}

/** The caps as the source saw them, and each sync's spans in the order of its ledger. */
function sourceFindings({ fleet, source }: Aftermath, periods: readonly PeriodRow[]): string[] {
  const bySync = Map.groupBy(periods, ({ sync_id: id }) => id);
  const caps = [...source.most].flatMap(([key, most]) => (most > capOf(key) ? [`${key}: ${most} at a time`] : []));
  const order = fleet.flatMap(({ id, name }) => {
    const read = (source.spans.get(name) ?? []).map(({ since, before }) => `${since} ${before}`);
    // A run that was handed back when the product was stopped reads its span again.
    const once = read.filter((span, index) => span !== read[index - 1]);
    const done = (bySync.get(id) ?? []).filter(({ status }) => status === 'succeeded');
    const owed = done.map((row) => `${row.period_start.toISOString()} ${row.due_date.toISOString()}`);
    return JSON.stringify(once) === JSON.stringify(owed) ? [] : [`${name}: read ${once.join(', ')}`];
  });
  return [...caps, ...order];
}

function capOf(key: string): number {
  if (key === 'client:c0') return LIMITS.client;
  if (key === 'host:localhost') return LIMITS.host;
  if (/^connection:c\d+n\d*[13579]$/.test(key)) return LIMITS.connection;
  return key.startsWith('sync:') ? 1 : Infinity;
}

function overlapFindings(runs: readonly RunRow[]): string[] {
  return [...Map.groupBy(runs, ({ sync_id: id }) => id)].flatMap(([id, own]) =>
    own.some((run, index) => run.started_at < (own[index - 1]?.finished_at ?? run.started_at))
      ? [`${id}: two runs at once`]
      : [],
  );
}

/**
 * For each run of the fresh client, what was admitted and begun of the others between its run date and itself. What it
 * has to catch up itself, after the second outage, is no fresh period: that has its run date before it is assigned.
 */
function betweenFresh({ fresh }: Aftermath, runs: readonly RunRow[]) {
  const others = runs.filter(({ client_id: id }) => id !== fresh.clientId);
  const own = runs.filter(
    ({ client_id: id, run_date_reason: reason }) => id === fresh.clientId && reason !== 'catch_up',
  );
  return own.map(({ due_date: due, run_date: from, admitted_at: admitted, started_at: begun }) => ({
    delay: (from.getTime() - due.getTime()) / 1_000,
    admitted: others.filter((run) => run.admitted_at >= from && run.admitted_at < admitted).length,
    begun: others.filter((run) => run.started_at >= from && run.started_at < begun).length,
  }));
}
