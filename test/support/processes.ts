import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export interface MeridianProcess {
  readonly pid: number;
  readonly output: () => string;
  kill(signal: NodeJS.Signals): void;
  /** Resolves with the exit code, null after a signal. */
  readonly exited: Promise<number | null>;
}

/** Starts the built product as a process of its own and waits until it is ready. */
export async function startProcess(env: Readonly<Record<string, string>>): Promise<MeridianProcess> {
  const child = spawn(process.execPath, ['dist/src/main.js'], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  await ready(child, () => output);
  return {
    pid: child.pid ?? 0,
    output: () => output,
    kill: (signal) => void child.kill(signal),
    exited,
  };
}

async function ready(child: ChildProcess, output: () => string): Promise<void> {
  while (!output().includes('Meridian is ready')) {
    if (child.exitCode !== null) throw new Error(`The process ended before it was ready:\n${output()}`);
    await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')]);
  }
}
