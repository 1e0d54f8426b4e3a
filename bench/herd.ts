import { setTimeout as sleep } from 'node:timers/promises';
import { bareWrites } from './bare-writes.js';
import { startEngine, type Engine } from './engine.js';
import { herdOfBullMq } from './herd-bullmq.js';
import { herdOfPgBoss } from './herd-pg-boss.js';
import { loadSyncs, settledCounts } from './load-syncs.js';
import { median, print } from './measure.js';

const CLIENTS = 100;
/** As many as a process may execute at the same time: they do nothing. */
const CONCURRENCY = 1_000;
/** As earlier runs would have measured it. */
const COST = 0.001;
/** pg-boss looks through its schedules one by one: 20,000 would take it minutes. */
const PG_BOSS_SCHEDULES = 1_000;

interface Herd {
  /** Runs a second, from due to settled. */
  readonly speed: number;
  /** Microseconds of processor time a run. */
  readonly node: number;
  readonly server: number;
}

async function ours(engine: Engine, count: number): Promise<Herd> {
  const { superuser } = engine;
  const dueDate = new Date(Date.now() + 10_000 + count);
  await loadSyncs(superuser, { count, clients: CLIENTS, dueDate, cost: COST });
  if (Date.now() > dueDate.getTime()) print('  They were due before all of them were there.');
  const meridian = await engine.open({ roles: 'dispatcher,worker', concurrency: CONCURRENCY });
  await sleep(Math.max(0, dueDate.getTime() - Date.now()));
  const [server, own] = [await engine.serverSeconds(), process.cpuUsage()];
  await superuser.query('set enable_seqscan = off');
  while (await isUnderWay(engine, dueDate)) await sleep(100);
  await superuser.query('reset enable_seqscan');
  const { user, system } = process.cpuUsage(own);
  const served = (await engine.serverSeconds()) - server;
  await meridian.close();
  const { settled, chained, messages, finished } = await settledCounts(superuser);
  if (settled !== count || chained !== count || messages !== count)
    throw new Error(`Of ${count}: ${settled} settled, ${chained} chained, ${messages} messages.`);
  const speed = count / ((finished.getTime() - dueDate.getTime()) / 1_000);
  return { speed, node: (user + system) / count, server: (served * 1e6) / count };
}

/** Each of the three is one look at the beginning of an index: who watches must not cost what is watched. */
async function isUnderWay({ superuser }: Engine, dueDate: Date): Promise<boolean> {
  const { rows } = await superuser.query<{ open: boolean }>(
    `select exists (select from sync_period where status = 'planned' and due_date <= $1)
         or exists (select from sync_period where status = 'assigned')
         or exists (select from run where admitted_at is not null and finished_at is null) as open`,
    [dueDate],
  );
  return rows[0]?.open ?? false;
}

async function bare(engine: Engine, count: number): Promise<number> {
  await loadSyncs(engine.superuser, { count, clients: CLIENTS, dueDate: new Date(), cost: COST });
  return bareWrites(engine.superuser, count);
}

/** Rows 3 and 4: many syncs due at the same instant, from due to settled, chained and announced. */
export async function benchHerd(herds: readonly { readonly count: number; readonly runs: number }[]): Promise<void> {
  print('Rows 3 and 4: syncs due at the same instant that read nothing; runs a second, all durable.');
  const engine = await startEngine();
  try {
    for (const { count, runs } of herds) await herdOf(engine, count, runs);
  } finally {
    await engine.close();
  }
  print(`  pg-boss: ${(await herdOfPgBoss(PG_BOSS_SCHEDULES)).toFixed(0)}/s of ${PG_BOSS_SCHEDULES} schedules`);
}

async function herdOf(engine: Engine, count: number, runs: number): Promise<void> {
  const [herds, alone, peers]: [Herd[], number[], (number | string)[]] = [[], [], []];
  for (let run = 0; run < runs; run += 1) {
    herds.push(await ours(engine, count));
    alone.push(await bare(engine, count));
    peers.push(await herdOfBullMq(count));
  }
  const of = (name: keyof Herd) => median(herds.map((herd) => herd[name]));
  const missing = peers.find((peer) => typeof peer === 'string');
  const bullMq = median(peers.filter((peer) => typeof peer === 'number'));
  const rows = median(alone);
  print(
    `  ${count}: ${of('speed').toFixed(0)}/s (µs a run: Node ${of('node').toFixed(0)}, PostgreSQL ` +
      `${of('server').toFixed(0)}); bare writes ${rows.toFixed(0)}/s (${(of('speed') / rows).toFixed(2)}x); ` +
      (missing ?? `BullMQ ${bullMq.toFixed(0)}/s (${(of('speed') / bullMq).toFixed(2)}x)`),
  );
}
