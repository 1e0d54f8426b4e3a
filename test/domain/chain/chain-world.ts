import { anchorChain } from '../../../src/domain/chain/anchor.js';
import { coverage } from '../../../src/domain/chain/coverage.js';
import type { CoveredPeriod } from '../../../src/domain/chain/coverage.js';
import { firstDueDate } from '../../../src/domain/schedule/due-date.js';
import { DAY, plus, toIso } from '../../../src/domain/time/instant.js';
import type { Instant } from '../../../src/domain/time/instant.js';
import { latestWindow, rangeWindow } from '../../../src/domain/chain/manual-window.js';
import { chainPosition } from '../../../src/domain/chain/period.js';
import type { CatchUp, Chain, PlannedWindow } from '../../../src/domain/chain/period.js';
import { DomainError } from '../../../src/domain/problem.js';
import { sameSchedule } from '../../../src/domain/schedule/schedule.js';
import type { SyncSchedule } from '../../../src/domain/schedule/schedule.js';
import { planNext, replan } from '../../../src/domain/chain/sync-period.js';
import type { PeriodStatus } from '../../../src/domain/chain/sync-period.js';
import { aSchedule } from '../schedule/schedules.js';

interface OpenPeriod {
  readonly kind: 'chain' | 'latest' | 'range';
  readonly window: PlannedWindow;
  readonly heldDueDate?: Instant;
  readonly movesChain: boolean;
  readonly claimsCoverage: boolean;
  status: PeriodStatus;
}

export type Outcome = 'success' | 'failure' | 'abort';

/** A sync as the features keep it: rows in memory, every decision taken by the domain. */
export class ChainWorld {
  schedule: SyncSchedule;
  chain: Chain;
  open: OpenPeriod | undefined;
  enabled = true;
  /** Whether time may have been left out, by a later start date or by a range before the start. */
  mayLeaveOut = false;
  successes = 0;
  readonly ledger: CoveredPeriod[] = [];
  configuredAt: Instant;

  constructor(
    public now: Instant,
    fields: Readonly<Record<string, unknown>>,
    private readonly catchUp: CatchUp,
  ) {
    this.schedule = aSchedule(fields);
    this.configuredAt = now;
    const request = {
      schedule: this.schedule,
      previous: undefined,
      chain: undefined,
      reEnabling: false,
      activeRun: undefined,
      succeeded: [],
    };
    this.chain = anchorChain(request).chain;
    this.replan(undefined);
  }

  wait(milliseconds: number): void {
    this.now = plus(this.now, milliseconds);
  }

  /** Starts the open period if it is due. */
  start(): void {
    if (this.open !== undefined && this.open.window.dueDate <= this.now) this.open.status = 'running';
  }

  /** Settles the running period after a while, and plans the next. */
  finish(outcome: Outcome, milliseconds: number): void {
    const settled = this.open;
    if (settled?.status !== 'running') return;
    this.wait(milliseconds);
    if (outcome === 'success') this.succeed(settled);
    this.open = undefined;
    if (!this.enabled) return;
    const window = planNext({
      schedule: this.schedule,
      chain: this.chain,
      settledDueDate: settled.kind === 'chain' ? settled.window.dueDate : undefined,
      settledRecoveredDueDates: settled.window.recoveredDueDates,
      heldDueDate: settled.heldDueDate,
      configuredAt: this.configuredAt,
      now: this.now,
      catchUp: this.catchUp,
    });
    this.plan(window);
    if (window.dueDate <= this.configuredAt) throw new Error('a due date is not after the schedule that made it');
  }

  /** A PUT of the schedule, or a PATCH of `enabled`, or both at once. */
  edit(fields: Readonly<Record<string, unknown>>, enabled: boolean): void {
    const { selectedFrequency, interval, startDate, syncHour, timeZone } = this.schedule;
    const schedule = aSchedule({ selectedFrequency, interval, startDate, syncHour, timeZone, ...fields });
    const reEnabling = enabled && !this.enabled;
    const { schedule: previous, chain, ledger: succeeded } = this;
    const activeRun = this.open?.status === 'running' ? {} : undefined;
    const anchored = this.unlessRefused(() =>
      anchorChain({ schedule, previous, chain, reEnabling, activeRun, succeeded }),
    );
    if (anchored === undefined) return;
    this.chain = anchored.chain;
    this.mayLeaveOut ||= anchored.declaredGap !== undefined;
    if (reEnabling || !sameSchedule(previous, schedule)) this.configuredAt = this.now;
    this.schedule = schedule;
    this.enabled = enabled;
    this.replan(previous);
  }

  latest(syncTo: Instant | undefined): void {
    if (this.open?.status === 'running') return;
    const { chain, now } = this;
    const window = this.unlessRefused(() => latestWindow({ chain, now, syncTo }));
    if (window?.ok) this.startManual({ kind: 'latest', window: window.value, movesChain: true, claimsCoverage: true });
  }

  range(from: number, upTo: number, force: boolean): void {
    if (this.open?.status === 'running') return;
    const position = chainPosition(this.chain);
    const [start, finish] = [plus(position, from), plus(position, upTo)];
    const succeeded = this.ledger.filter((period) => period.start < finish && start < period.dueDate);
    const { chain, now } = this;
    const window = this.unlessRefused(() => rangeWindow({ start, finish, now, chain, succeeded, force }));
    if (window === undefined) return;
    const { movesChain, claimsCoverage } = window;
    this.startManual({ kind: 'range', window, movesChain, claimsCoverage });
  }

  /** Lets everything that is due succeed at once. */
  settleDown(): void {
    this.finish('success', 1);
    this.edit({}, true);
    for (let due = this.open?.window.dueDate; due !== undefined && due <= this.now; due = this.open?.window.dueDate) {
      this.start();
      this.finish('success', 0);
    }
  }

  /** Throws unless the ledger is without gap and overlap and the open period goes on where it ends. */
  check(): void {
    const { gaps, overlaps, declaredGaps, upTo } = coverage(this.ledger, this.chain.start);
    const position = chainPosition(this.chain);
    if (gaps.length > 0) throw new Error(`gap ${JSON.stringify(gaps)}`);
    if (overlaps.length > 0) throw new Error(`overlap ${JSON.stringify(overlaps)}`);
    if (declaredGaps.length > 0 && !this.mayLeaveOut)
      throw new Error(`nobody declared ${JSON.stringify(declaredGaps)}`);
    if (upTo !== position) throw new Error(`covered up to ${toIso(upTo)}, but the chain is at ${toIso(position)}`);
    if (this.open === undefined && this.enabled) throw new Error('an enabled sync has no open period');
    if (this.open !== undefined && this.open.kind !== 'range' && this.open.window.start !== position) {
      throw new Error(`open from ${toIso(this.open.window.start)}, but the chain is at ${toIso(position)}`);
    }
    if (this.open?.status === 'planned') {
      const { schedule, now } = this;
      if (this.open.window.dueDate > firstDueDate(schedule, now, position))
        throw new Error('a due date was passed over');
    }
    if (this.open !== undefined && this.open.window.start >= this.open.window.dueDate)
      throw new Error('an empty period');
  }

  private succeed({ kind, window, movesChain, claimsCoverage }: OpenPeriod): void {
    this.successes += 1;
    const { start, dueDate, isInitial } = window;
    if (claimsCoverage) this.ledger.push({ kind, start, dueDate, isInitial });
    if (movesChain) this.chain = { ...this.chain, watermark: dueDate };
    if (kind === 'range') this.mayLeaveOut = true;
  }

  private startManual(manual: Omit<OpenPeriod, 'status' | 'heldDueDate'>): void {
    const heldDueDate = this.open?.kind === 'chain' ? this.open.window.dueDate : undefined;
    this.open = { ...manual, heldDueDate, status: 'running' };
  }

  private replan(previous: SyncSchedule | undefined): void {
    const { schedule, chain, now, enabled, open } = this;
    const { supersede, plan } = replan({ open, schedule, previous, chain, now, enabled });
    if (supersede) this.open = undefined;
    if (plan === undefined) return;
    if (plan.dueDate <= now) throw new Error('an edit made a due date in the past');
    this.plan(plan);
  }

  private plan(window: PlannedWindow): void {
    if (window.start !== chainPosition(this.chain)) throw new Error('a period does not start where the chain stands');
    if (window.recoveredDueDates < 0) throw new Error('fewer than no due dates were recovered');
    this.open = { kind: 'chain', window, movesChain: true, claimsCoverage: true, status: 'planned' };
  }

  private unlessRefused<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (error instanceof DomainError) return undefined;
      throw error;
    }
  }
}

/** The longest any of the commands waits. */
export const LONGEST_WAIT = 90 * DAY;
