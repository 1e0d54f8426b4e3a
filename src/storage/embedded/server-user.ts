import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whom the server runs as. */
export interface ServerUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root, so there it runs as the user `postgres`, made if need be, or as
 * `nobody` where users cannot be made. Undefined for anyone else: it runs as whoever started it.
 */
export async function serverUser(): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const known = await lookUp('postgres');
  if (known) return known;
  await run('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']).catch(() => undefined);
  const user = (await lookUp('postgres')) ?? (await lookUp('nobody'));
  if (user) return user;
  throw new Error('PostgreSQL cannot run as root, and there is no other user here: start as one, or set DATABASE_URL.');
}

async function lookUp(name: string): Promise<ServerUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { name, uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

const OTHERS_MAY_ENTER = 0o001;

/** The folder on the way to `path`, itself included, that others may not enter; undefined where all are open. */
export async function closedFolder(path: string): Promise<string | undefined> {
  const { mode } = await stat(path);
  if (!(mode & OTHERS_MAY_ENTER)) return path;
  return dirname(path) === path ? undefined : closedFolder(dirname(path));
}
