import { createHash } from 'node:crypto';
import { chmod, chown, cp, mkdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { binariesIn, postgresBinaries, type PostgresBinaries } from './binaries.js';
import { closedFolder, serverUser, type ServerUser } from './server-user.js';

/** Where the server, run by its user, finds everything. */
export interface ServerFiles {
  readonly user?: ServerUser;
  readonly binaries: PostgresBinaries;
  /** The data directory. */
  readonly cluster: string;
  readonly log: string;
}

/** Where a server of root's goes when its user may not enter the folder it was meant for. */
const ELSEWHERE = '/var/lib/meridian';

/**
 * Lays out the folders under `dataDir`. Started by root in a folder closed to others, such as /root, the
 * server's files go to /var/lib/meridian instead, and `say` tells so.
 */
export async function serverFiles(dataDir: string, say: (line: string) => void): Promise<ServerFiles> {
  const [user, installed] = await Promise.all([serverUser(), postgresBinaries()]);
  await mkdir(dataDir, { recursive: true });
  if (!user) return filesIn(resolve(dataDir, 'postgres'), installed);
  // Ours, and what must stay secret in it has modes of its own.
  await chmod(dataDir, 0o711);
  const home = await homeFor(user, resolve(dataDir), say);
  const files = await filesIn(home, await reachable(installed));
  for (const path of [home, files.cluster]) await chown(path, user.uid, user.gid);
  return { ...files, user };
}

async function filesIn(home: string, binaries: PostgresBinaries): Promise<ServerFiles> {
  const cluster = join(home, 'cluster');
  await mkdir(cluster, { recursive: true, mode: 0o700 });
  return { binaries, cluster, log: join(home, 'server.log') };
}

async function homeFor(user: ServerUser, dataDir: string, say: (line: string) => void): Promise<string> {
  const closed = await closedFolder(dataDir);
  if (closed === undefined) {
    const home = join(dataDir, 'postgres');
    await mkdir(home, { recursive: true });
    return home;
  }
  const home = join(ELSEWHERE, createHash('sha256').update(dataDir).digest('hex').slice(0, 12));
  await mkdir(home, { recursive: true });
  say(`PostgreSQL runs as ${user.name}, who may not enter ${closed}: its data are in ${home}.`);
  return home;
}

/** The binaries, or a copy of them where the server's user may not enter their folder. */
async function reachable(installed: PostgresBinaries): Promise<PostgresBinaries> {
  if ((await closedFolder(installed.root)) === undefined) return installed;
  const copy = join(ELSEWHERE, `binaries-${basename(dirname(installed.root))}`);
  await cp(installed.root, copy, { recursive: true, verbatimSymlinks: true, force: false });
  return binariesIn(copy);
}
