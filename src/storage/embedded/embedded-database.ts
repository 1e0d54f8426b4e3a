import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, open, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { claimFolder } from './folder-claim.js';
import { isAlive, stopServer } from './process-signals.js';
import { serverFiles, type ServerFiles } from './server-files.js';

export interface EmbeddedDatabase {
  /** Connects as the owner of Meridian's tables, who is no superuser. */
  readonly url: string;
  /** Connects as superuser, for tests and repairs. */
  readonly superuserUrl: string;
  /** Process id of the server. */
  readonly pid: number;
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  readonly dataDir: string;
  /** Extra server settings, e.g. `fsync=off` in tests. */
  readonly settings?: readonly string[];
  /** On 127.0.0.1; a free one unless given. */
  readonly port?: number;
  readonly say?: (line: string) => void;
}

const run = promisify(execFile);
const START_TIMEOUT = 60_000;

/**
 * A real PostgreSQL from npm, kept in `dataDir`. A server that a killed process left behind on the same
 * folder is stopped first; its committed work is there again after the start.
 */
export async function startEmbeddedDatabase(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const files = await serverFiles(options.dataDir, options.say ?? (() => undefined));
  const release = await claimFolder(options.dataDir);
  const password = await passwordIn(options.dataDir);
  if (!existsSync(join(files.cluster, 'PG_VERSION'))) await initialise(files, password);
  await stopLeftBehind(files.cluster);
  const port = options.port ?? (await freePort());
  const server = await spawnServer(files, ['listen_addresses=127.0.0.1', `port=${port}`, ...(options.settings ?? [])]);
  const at = (user: string, database: string) => `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
  const superuserUrl = at('postgres', 'postgres');
  await answering(server, superuserUrl, files.log);
  await createOwner(superuserUrl, password);
  return {
    url: at('meridian', 'meridian'),
    superuserUrl,
    pid: server.pid ?? 0,
    stop: async () => {
      await stop(server);
      await release();
    },
  };
}

async function passwordIn(dataDir: string): Promise<string> {
  const file = join(dataDir, 'postgres-password');
  const known = await readFile(file, 'utf8').catch(() => '');
  if (known) return known.trim();
  const made = randomBytes(24).toString('hex');
  await writeFile(file, `${made}\n`, { mode: 0o600 });
  return made;
}

/** Made beside its place and moved there when it is whole: one cut short is begun anew. */
async function initialise({ binaries, cluster, user }: ServerFiles, password: string): Promise<void> {
  const unfinished = `${cluster}-unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  const passwordFile = join(tmpdir(), `meridian-${randomBytes(8).toString('hex')}`);
  await writeFile(passwordFile, password, { mode: 0o600 });
  try {
    if (user) await chown(passwordFile, user.uid, user.gid);
    const flags = ['--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
    await run(binaries.initdb, [`--pgdata=${unfinished}`, ...flags, '--encoding=UTF8', '--locale=C'], {
      uid: user?.uid,
      gid: user?.gid,
      cwd: cluster,
    });
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rmdir(cluster);
  await rename(unfinished, cluster);
}

/** In a session of its own: a Ctrl-C in the terminal is for us, who drain the workers before we stop the server. */
async function spawnServer(
  { binaries, cluster, log, user }: ServerFiles,
  settings: readonly string[],
): Promise<ChildProcess> {
  const output = await open(log, 'a', 0o600);
  const flags = ['max_connections=200', 'unix_socket_directories=', ...settings].flatMap((setting) => ['-c', setting]);
  const server = spawn(binaries.postgres, ['-D', cluster, ...flags], {
    detached: true,
    uid: user?.uid,
    gid: user?.gid,
    cwd: cluster,
    stdio: ['ignore', output.fd, output.fd],
  });
  await output.close();
  // However this process ends, short of being killed, the server ends with it.
  process.once('exit', () => server.kill('SIGINT'));
  return server;
}

async function answering(server: ChildProcess, url: string, log: string): Promise<void> {
  for (const end = performance.now() + START_TIMEOUT; performance.now() < end; await sleep(50)) {
    if (server.exitCode !== null || server.signalCode !== null) break;
    if (await answers(url)) return;
  }
  const lines = (await readFile(log, 'utf8')).trimEnd().split('\n').slice(-5).join('\n');
  throw new Error(`PostgreSQL did not start. The end of ${log}:\n${lines}`);
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function createOwner(superuserUrl: string, password: string): Promise<void> {
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    const role = await client.query(`select from pg_roles where rolname = 'meridian'`);
    if (role.rowCount === 0)
      await client.query(`create role meridian login createrole createdb password '${password}'`);
    const database = await client.query(`select from pg_database where datname = 'meridian'`);
    if (database.rowCount === 0) await client.query('create database meridian owner meridian');
  } finally {
    await client.end();
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done));
  const address = probe.address();
  await new Promise((done) => probe.close(done));
  if (address === null || typeof address === 'string') throw new Error('No free port on 127.0.0.1.');
  return address.port;
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
  await stopServer(server.pid);
}

async function stopLeftBehind(cluster: string): Promise<void> {
  const lines = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const [pid, folder] = lines.split('\n');
  // The number may belong to someone else by now; the file also names the folder it was about.
  if (folder === cluster && (await isServerOf(Number(pid), cluster))) await stopServer(Number(pid));
}

async function isServerOf(pid: number, cluster: string): Promise<boolean> {
  if (!(pid > 1) || !isAlive(pid)) return false;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => cluster);
  return command.includes(cluster);
}
