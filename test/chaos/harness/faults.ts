import { setTimeout as sleep } from 'node:timers/promises';
import type { ChaosDatabase } from './chaos-database.js';
import type { FaultCounts, FaultKind, FaultOptions } from './fault-options.js';
import type { Fleet } from './fleet.js';
import type { Member } from './member.js';

/** How long a line to the database is stalled, or cut. */
const STALL = 20_000;
const CUT = 4_000;
/** Does harm to a fleet, at random, until it has done as much as it was asked for or is told to stop. */
export class Faults {
  readonly counts: FaultCounts = { kill: 0, pause: 0, restart: 0, stall: 0, cut: 0, backend: 0, database: 0 };
  /** Processes killed, by their role. */
  readonly killed: Record<string, number> = {};
  /** Milliseconds after which all processes were well, for each stop of the database. */
  readonly recoveries: number[] = [];
  readonly findings: string[] = [];
  private began = 0;
  private struck = 0;
  private readonly stopping = new AbortController();
  private readonly afflicted = new Set<Member>();
  private readonly pending: Promise<void>[] = [];

  constructor(
    private readonly fleet: Fleet,
    private readonly database: ChaosDatabase,
    private readonly options: FaultOptions,
  ) {}

  /** Ends once everything that was broken is whole again. */
  async run(): Promise<void> {
    this.began = performance.now();
    const backends = this.breakBackends();
    await this.strike();
    await Promise.all(this.pending);
    this.stopping.abort();
    await backends;
  }

  private async strike(): Promise<void> {
    const { faults, every, databaseStops } = this.options;
    while (this.progress < 1) {
      await this.wait(every);
      const due = faults === 0 ? databaseStops : Math.floor(this.progress * (databaseStops + 1));
      if (this.counts.database < Math.min(due, databaseStops)) await this.stopDatabase();
      const member = faults === 0 ? undefined : this.victim();
      if (!member) continue;
      this.struck += 1;
      this.afflict(member, this.kind());
    }
  }

  /** How much of the harm is done, or of the time for it gone: 1 is all. */
  private get progress(): number {
    const { faults, databaseStops, minutes = Infinity } = this.options;
    const done = faults === 0 ? this.counts.database / databaseStops : this.struck / faults;
    const isNothing = faults === 0 && databaseStops === 0;
    return isNothing ? 1 : Math.max(done, (performance.now() - this.began) / (minutes * 60_000));
  }

  private get isOver(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Any process, one that is starting too. */
  private victim(): Member | undefined {
    const { roles } = this.options;
    const free = this.fleet.members.filter(
      (member) => member.isRunning && !this.afflicted.has(member) && (roles ?? member.roles) === member.roles,
    );
    return free[Math.floor(this.options.random() * free.length)];
  }

  private kind(): FaultKind {
    let at = this.options.random() * 100;
    for (const [kind, share] of Object.entries(this.options.shares)) {
      at -= share;
      if (at < 0) return kind as FaultKind;
    }
    return 'kill';
  }

  private afflict(member: Member, kind: FaultKind): void {
    this.counts[kind] += 1;
    if (kind === 'kill') {
      this.killed[member.roles] = (this.killed[member.roles] ?? 0) + 1;
      return member.signal('SIGKILL');
    }
    if (kind === 'restart') return member.signal('SIGTERM');
    this.afflicted.add(member);
    this.pending.push(this.hold(member, kind).finally(() => this.afflicted.delete(member)));
  }

  private async hold(member: Member, kind: 'pause' | 'stall' | 'cut'): Promise<void> {
    if (kind === 'pause') {
      member.signal('SIGSTOP');
      const [least, most] = this.options.pauses;
      await sleep(least + this.options.random() * (most - least));
      return member.signal('SIGCONT');
    }
    if (kind === 'stall') member.proxy.stall();
    else member.proxy.cut();
    await sleep(kind === 'stall' ? STALL : CUT);
    member.proxy.open();
  }

  private async stopDatabase(): Promise<void> {
    this.counts.database += 1;
    // Every fifth time not even the server itself gets to say anything.
    const how = this.counts.database % 5 === 0 ? 'SIGKILL' : 'SIGQUIT';
    await this.database.crash(how);
    const { wellWithin } = this.options;
    // Where processes are killed as well, who is not well says nothing.
    if (wellWithin === undefined) return;
    const took = await this.fleet.recovery();
    this.recoveries.push(took);
    if (took > wellWithin) this.findings.push(`after a ${how} of the database all were well in ${Math.round(took)} ms`);
  }

  private async breakBackends(): Promise<void> {
    while (!this.isOver) {
      await this.wait(this.options.backendEvery);
      if (this.isOver) return;
      const broken = await this.database.terminateBackend(this.options.random()).catch(() => false);
      if (broken) this.counts.backend += 1;
    }
  }

  private async wait(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}
