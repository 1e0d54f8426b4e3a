import { setTimeout as sleep } from 'node:timers/promises';
import type { ChaosDatabase } from './chaos-database.js';
import type { Fleet } from './fleet.js';
import type { Member } from './member.js';

/** What can happen to a process, and how often in a hundred faults. */
export const SHARES = { kill: 62, pause: 14, restart: 12, stall: 6, cut: 6 } as const;
type Kind = keyof typeof SHARES;

/** Twice the heartbeat of a job: whoever sleeps for that long has lost what it held. */
const PAUSE = 30_000;
/** How long a line to the database is stalled, or cut. */
const STALL = 20_000;
const CUT = 4_000;
export interface FaultOptions {
  readonly random: () => number;
  /** Processes that are killed, paused, restarted or cut off, in all. */
  readonly faults: number;
  /** Milliseconds between two of them. */
  readonly every: number;
  /** Milliseconds between two backends whose connection is broken. */
  readonly backendEvery: number;
  readonly shares: Readonly<Record<Kind, number>>;
  /** Whom it can hit; anybody where it is absent. */
  readonly roles?: string;
  /** Stops of the database's server, spread over the faults. */
  readonly databaseStops: number;
}

export type FaultCounts = Record<Kind | 'backend' | 'database', number>;

/** Does harm to a fleet, at random, until it has done as much as it was asked for or is told to stop. */
export class Faults {
  readonly counts: FaultCounts = { kill: 0, pause: 0, restart: 0, stall: 0, cut: 0, backend: 0, database: 0 };
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
    const backends = this.breakBackends();
    await this.strike();
    await Promise.all(this.pending);
    this.stopping.abort();
    await backends;
  }

  /** No new faults; those under way take their time. */
  stop(): void {
    this.stopping.abort();
  }

  private async strike(): Promise<void> {
    const { faults, every, databaseStops } = this.options;
    const between = Math.ceil(faults / (databaseStops + 1));
    for (let n = 1; n <= faults && !this.isOver; n += 1) {
      await this.wait(every);
      if (n % between === 0 && this.counts.database < databaseStops) await this.stopDatabase();
      const member = this.victim();
      if (member) this.afflict(member, this.kind());
    }
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

  private kind(): Kind {
    let at = this.options.random() * 100;
    for (const [kind, share] of Object.entries(this.options.shares)) {
      at -= share;
      if (at < 0) return kind as Kind;
    }
    return 'kill';
  }

  private afflict(member: Member, kind: Kind): void {
    this.counts[kind] += 1;
    if (kind === 'kill') return member.signal('SIGKILL');
    if (kind === 'restart') return member.signal('SIGTERM');
    this.afflicted.add(member);
    this.pending.push(this.hold(member, kind).finally(() => this.afflicted.delete(member)));
  }

  private async hold(member: Member, kind: 'pause' | 'stall' | 'cut'): Promise<void> {
    if (kind === 'pause') {
      member.signal('SIGSTOP');
      await sleep(PAUSE);
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
    await this.database.crash(this.counts.database % 5 === 0 ? 'SIGKILL' : 'SIGQUIT');
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
