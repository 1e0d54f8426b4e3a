import { startProcess, type MeridianProcess } from './processes.js';

type Settings = Readonly<Record<string, string>>;

/** Processes of the built product beside a test's own world. */
export class StartedProcesses {
  private started: MeridianProcess[] = [];

  /** Ready when answered. */
  async start(env: Settings, roles: string, settings: Settings = {}): Promise<MeridianProcess> {
    const one = await startProcess({ ...env, ROLES: roles, PORT: '0', LOG_LEVEL: 'warn', ...settings });
    this.started.push(one);
    return one;
  }

  startWorker(env: Settings, settings: Settings = {}): Promise<MeridianProcess> {
    return this.start(env, 'worker', { WORKER_CONCURRENCY: '2', ...settings });
  }

  /** Kills those that still run, the paused ones too. */
  async end(): Promise<void> {
    for (const one of this.started) one.kill('SIGKILL');
    await Promise.all(this.started.map((one) => one.exited));
    this.started = [];
  }
}
