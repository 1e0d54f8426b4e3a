import { setTimeout as sleep } from 'node:timers/promises';

const STOP_TIMEOUT = 30_000;

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** PostgreSQL's fast shutdown: open transactions are rolled back, everything committed is on disk. */
export async function stopServer(pid: number): Promise<void> {
  process.kill(pid, 'SIGINT');
  for (const end = performance.now() + STOP_TIMEOUT; performance.now() < end; await sleep(50)) {
    if (!isAlive(pid)) return;
  }
  throw new Error(`PostgreSQL (process ${pid}) did not stop within ${STOP_TIMEOUT / 1000} s.`);
}
