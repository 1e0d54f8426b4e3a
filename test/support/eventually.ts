import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until `read` answers something other than undefined or false; fails after `timeout` milliseconds. */
export async function eventually<T>(
  read: () => Promise<T | undefined | false> | T | undefined | false,
  { timeout = 20_000, what = 'the condition' }: { timeout?: number; what?: string } = {},
): Promise<T> {
  const end = performance.now() + timeout;
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > end) throw new Error(`${what} was not met within ${timeout} ms`);
    await sleep(25);
  }
}
