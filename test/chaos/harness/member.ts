import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { FaultProxy } from './fault-proxy.js';

export interface MemberOptions {
  readonly name: string;
  readonly roles: string;
  /** The built product; a mutant is another. */
  readonly entry: string;
  readonly env: (databasePort: number) => Readonly<Record<string, string>>;
  readonly proxy: FaultProxy;
}

/** How much of what a process said is kept, in characters. */
const KEPT_OUTPUT = 20_000;

/** One place in the fleet: a process, its successors, and their line to the database. It is started again when it ends. */
export class Member {
  /** How processes ended that were ready, and that nobody here has ended. */
  readonly crashes: string[] = [];
  /** How processes ended that could not start: the database was out of reach just then. */
  readonly failedStarts: string[] = [];
  /** How often a process was ready. */
  starts = 0;
  url: string | undefined;
  private child: ChildProcess | undefined;
  private output = '';
  private isWanted = false;
  private isOurs = false;

  constructor(private readonly options: MemberOptions) {}

  get name(): string {
    return this.options.name;
  }

  get roles(): string {
    return this.options.roles;
  }

  get proxy(): FaultProxy {
    return this.options.proxy;
  }

  get said(): string {
    return this.output;
  }

  get isRunning(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  start(): void {
    this.isWanted = true;
    this.isOurs = false;
    const { entry, env, proxy } = this.options;
    const settings = { PATH: process.env['PATH'] ?? '', ...env(proxy.port) };
    const child = spawn(process.execPath, [entry], { env: settings, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    this.url = undefined;
    this.output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => this.hear(chunk, child));
    child.once('exit', (code, signal) => this.ended(child, `${code ?? signal}`));
  }

  signal(signal: NodeJS.Signals): void {
    if (signal === 'SIGKILL' || signal === 'SIGTERM') this.isOurs = true;
    this.child?.kill(signal);
  }

  /** Ends it for good. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    this.isWanted = false;
    const { child } = this;
    if (!child || !this.isRunning) return;
    const exit = once(child, 'exit');
    this.signal('SIGCONT');
    this.signal(signal);
    await exit;
  }

  private hear(chunk: Buffer, child: ChildProcess): void {
    const text = chunk.toString();
    this.output = (this.output + text).slice(-KEPT_OUTPUT);
    const ready = /Meridian is ready: http:\/\/localhost:(\d+)/.exec(text);
    if (!ready || child !== this.child) return;
    this.url = `http://127.0.0.1:${ready[1]}`;
    this.starts += 1;
  }

  private ended(child: ChildProcess, how: string): void {
    if (child !== this.child) return;
    const wasReady = this.url !== undefined;
    this.url = undefined;
    if (!this.isWanted) return;
    const told = `${this.name} ended by itself (${how}): ${this.output.slice(-1_000)}`;
    if (!this.isOurs) (wasReady ? this.crashes : this.failedStarts).push(told);
    // A supervisor that tries again at once would only burn the CPU the others need.
    setTimeout(() => this.isWanted && !this.isRunning && this.start(), this.isOurs ? 0 : 1_000);
  }
}
