import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RedisServer {
  readonly socket: string;
  stop(): Promise<void>;
}

/** A Redis of its own as it is installed, on a Unix socket; undefined where there is none. */
export async function startRedis(): Promise<RedisServer | undefined> {
  const dir = await mkdtemp(join(tmpdir(), 'meridian-redis-'));
  const socket = join(dir, 'redis.sock');
  const server = spawn('redis-server', ['--port', '0', '--unixsocket', socket, '--dir', dir], { stdio: 'ignore' });
  const failed = once(server, 'error').then(() => true);
  const stop = async () => {
    server.kill('SIGTERM');
    if (server.exitCode === null) await once(server, 'exit');
    await rm(dir, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 100; tries += 1) {
    if (existsSync(socket)) return { socket, stop };
    if (await Promise.race([failed, sleep(50).then(() => false)])) break;
  }
  await rm(dir, { recursive: true, force: true });
  return undefined;
}
