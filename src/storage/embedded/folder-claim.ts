import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from './process-signals.js';

/**
 * Claims `dataDir` for this process: two on one folder would stop each other's server. Throws while another
 * holds it; one that was killed holds nothing. Answers how to give it back.
 */
export async function claimFolder(dataDir: string): Promise<() => Promise<void>> {
  const file = join(dataDir, 'meridian.pid');
  const holder = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
  if (await isOther(holder))
    throw new Error(`${dataDir} is in use by process ${holder}: stop that one, or set DATA_DIR to another folder.`);
  await writeFile(file, `${process.pid}\n`);
  return () => rm(file, { force: true });
}

/** The number of a process that is gone may have been given to something else: only a Node process counts. */
async function isOther(pid: number): Promise<boolean> {
  if (!(pid > 0) || pid === process.pid || !isAlive(pid)) return false;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => 'node');
  return command.includes('node');
}
