import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { Client } from 'pg';
import { createApp } from '../src/create-app.js';
import { readConfig } from '../src/platform/config.js';
import { ConnectorRegistry } from '../src/ports/connector.js';
import { startEmbeddedDatabase } from '../src/storage/embedded/embedded-database.js';
import { openStorage } from '../src/storage/open-storage.js';
import { NOOP_PLATFORM, NoopConnector } from './noop-connector.js';

/** Meridian's engine room on an embedded database of its own, with the settings of `npm start`. */
export interface Engine {
  readonly url: string;
  readonly superuser: Client;
  readonly dataDir: string;
  /** Seconds of processor time that the server's processes have taken; NaN where the system does not tell. */
  serverSeconds(): Promise<number>;
  /** Begins to work. */
  open(options: EngineOptions): Promise<OpenEngine>;
  /** Stops the server, and leaves its folder. */
  stop(): Promise<void>;
  /** Stops the server and deletes its folder. */
  close(): Promise<void>;
}

export interface OpenEngine {
  readonly app: INestApplicationContext;
  close(): Promise<void>;
}

export interface EngineOptions {
  readonly roles: string;
  readonly concurrency: number;
}

export async function startEngine(): Promise<Engine> {
  const dataDir = await mkdtemp(join(tmpdir(), 'meridian-bench-'));
  const embedded = await startEmbeddedDatabase({ dataDir });
  const secrets = { ADMIN_KEY: randomBytes(32).toString('hex'), ENCRYPTION_KEY: randomBytes(32).toString('base64') };
  const env = { DATA_DIR: dataDir, DATABASE_URL: embedded.url, LOG_LEVEL: 'error', ...secrets };
  const superuser = new Client({ connectionString: embedded.superuserUrl.replace(/\/postgres$/, '/meridian') });
  await superuser.connect();
  const open = ({ roles, concurrency }: EngineOptions) =>
    openApp(readConfig({ ...env, ROLES: roles, WORKER_CONCURRENCY: String(concurrency) }), embedded.url);
  const stop = async () => {
    await superuser.end();
    await embedded.stop();
  };
  // Creates the schema.
  await (await open({ roles: 'dispatcher', concurrency: 1 })).close();
  return {
    url: embedded.url,
    superuser,
    dataDir,
    serverSeconds: () => processorSeconds(embedded.pid),
    open,
    stop,
    close: async () => {
      await stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function openApp(config: ReturnType<typeof readConfig>, url: string): Promise<OpenEngine> {
  const storage = await openStorage({
    url,
    backend: 'postgres',
    poolSize: 20,
    worker: config.roles.has('worker'),
    onError: (error) => process.stderr.write(`${error.message}\n`),
  });
  const app = await createApp(config, storage);
  const registry = app.get(ConnectorRegistry, { strict: false });
  const noop = new NoopConnector();
  const find = registry.find.bind(registry);
  registry.find = (platform) => (platform === NOOP_PLATFORM ? noop : find(platform));
  await app.init();
  return {
    app,
    close: async () => {
      await app.close();
      await storage.close();
    },
  };
}

/** Of a process and its children, those that have ended included. Linux only. */
export async function processorSeconds(pid: number): Promise<number> {
  const pids = await readdir('/proc').catch(() => []);
  const all = await Promise.all(pids.filter((name) => /^\d+$/.test(name)).map(statOf));
  const ticks = all.flatMap((stat) =>
    stat.pid === pid ? [stat.own + stat.ended] : stat.parent === pid ? [stat.own] : [],
  );
  return ticks.length === 0 ? Number.NaN : ticks.reduce((sum, one) => sum + one, 0) / 100;
}

async function statOf(name: string) {
  const text = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const sum = (from: number) => (fields[from] ?? 0) + (fields[from + 1] ?? 0);
  return { pid: Number(name), parent: fields[1], own: sum(11), ended: sum(13) };
}
