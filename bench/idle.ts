import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AdmitRuns } from '../src/dispatch/admit-runs.js';
import { AssignRunDates } from '../src/dispatch/run-dates/assign-run-dates.js';
import { processorSeconds, startEngine, type Engine } from './engine.js';
import { loadSyncs } from './load-syncs.js';
import { median, print } from './measure.js';
import { timed } from './measure-async.js';

const DAY = 24 * 3_600_000;
const WATCHED = 60;
const TICKS = 51;
const MAIN = new URL('../src/main.js', import.meta.url).pathname;

/** Rows 5 and 10: syncs that are not due. What they cost while nothing happens, and how soon the product is there again. */
export async function benchIdle(counts: readonly number[]): Promise<void> {
  for (const count of counts) {
    const engine = await startEngine();
    try {
      await loadSyncs(engine.superuser, { count, clients: 2_000, dueDate: new Date(Date.now() + DAY), cost: 5 });
      print(`Rows 5 and 10: ${count} planned syncs, none due.`);
      await printTicks(engine);
      await engine.stop();
      await printProcess(engine.dataDir);
    } finally {
      await rm(engine.dataDir, { recursive: true, force: true });
    }
  }
}

/** Milliseconds of the dispatcher's looks, as they are when nothing else asks the database. */
async function printTicks(engine: Engine): Promise<void> {
  const meridian = await engine.open({ roles: 'api', concurrency: 8 });
  const { app } = meridian;
  const [dates, admission] = [app.get(AssignRunDates, { strict: false }), app.get(AdmitRuns, { strict: false })];
  const [assign, admit]: [number[], number[]] = [[], []];
  for (let n = 0; n < TICKS; n += 1) {
    assign.push(await timed(() => dates.tick()));
    admit.push(await timed(() => admission.tick()));
  }
  await meridian.close();
  print(`  a tick: run dates ${median(assign).toFixed(1)} ms, admission ${median(admit).toFixed(1)} ms`);
}

/** The real process, embedded database and all. */
async function printProcess(dataDir: string): Promise<void> {
  const first = await start(dataDir);
  const [before, servers] = [await processorSeconds(first.pid), await serverSeconds(dataDir)];
  await sleep(WATCHED * 1_000);
  const own = (((await processorSeconds(first.pid)) - before) / WATCHED) * 100;
  const server = (((await serverSeconds(dataDir)) - servers) / WATCHED) * 100;
  const status = await readFile(`/proc/${first.pid}/status`, 'utf8');
  const resident = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024;
  print(
    `  over ${WATCHED} s: Node ${own.toFixed(1)} % of a core and ${resident.toFixed(0)} MB, PostgreSQL ${server.toFixed(1)} %`,
  );
  await stop(first.process, 'SIGTERM');
  const again = await start(dataDir);
  await stop(again.process, 'SIGKILL');
  const afterKill = await start(dataDir);
  await stop(afterKill.process, 'SIGTERM');
  print(`  ready after ${again.seconds.toFixed(1)} s, and ${afterKill.seconds.toFixed(1)} s after kill -9`);
}

async function start(dataDir: string): Promise<{ process: ChildProcess; pid: number; seconds: number }> {
  const begun = performance.now();
  const env = { PATH: process.env['PATH'], DATA_DIR: dataDir, PORT: '0', DEMO: 'false', LOG_LEVEL: 'warn' };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const chunk of child.stdout) {
    if (String(chunk).includes('Meridian is ready')) break;
  }
  if (child.pid === undefined || child.exitCode !== null) throw new Error('Meridian did not start.');
  return { process: child, pid: child.pid, seconds: (performance.now() - begun) / 1_000 };
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  await once(child, 'exit');
}

async function serverSeconds(dataDir: string): Promise<number> {
  const [pid] = (await readFile(join(dataDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8')).split('\n');
  return processorSeconds(Number(pid));
}
