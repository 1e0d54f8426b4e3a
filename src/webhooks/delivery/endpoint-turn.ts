import { JobHandedBack } from '../../domain/run/job-handed-back.js';
import { SECOND, type Instant } from '../../domain/time/instant.js';
import { Bell } from '../../platform/bell.js';
import type { RunningTime } from '../../platform/running-time.js';
import { startStopwatch } from '../../platform/stopwatch.js';
import type { DueDelivery } from '../../ports/webhooks.js';
import type { AttemptLog } from './attempt-log.js';
import type { Attempted } from './attempted.js';
import type { DeliveryPolicy } from './delivery-policy.js';
import type { DueList } from './due-list.js';
import { GroupCommit } from './group-commit.js';
import type { MessageSender } from './message-sender.js';
import { Pace } from './pace.js';
import { verdictOn, type Verdict } from './verdict.js';

export interface TurnParts {
  readonly clientId: string;
  readonly due: DueList;
  readonly sender: MessageSender;
  readonly log: AttemptLog;
  readonly policy: DeliveryPolicy;
  readonly time: RunningTime;
  /** Aborts when the process stops or has lost the endpoint to another. */
  readonly signal: AbortSignal;
}

/** How long answers are waited for before something new is looked for; doubled each time that nothing happens. */
const FIRST_LOOK = 20;
const LONGEST_LOOK = 4 * SECOND;
/** Milliseconds that an attempt waits to be recorded with others: a process that is killed sends those again. */
const GATHER = 20;

/**
 * One endpoint's turn: what is due to it is sent, a few requests at a time, until nothing is, the receiver asks for
 * patience, or it has lasted long enough. Nobody else has the endpoint in hand meanwhile.
 */
export class EndpointTurn {
  private readonly elapsed = startStopwatch();
  private readonly pace = new Pace();
  private readonly answered = new Bell();
  private readonly commits = new GroupCommit<Attempted>((attempts) => this.record(attempts), GATHER);
  private readonly sending = new Set<Promise<void>>();
  private readonly recording = new Set<Promise<void>>();
  private failure: unknown;
  private isFailing = false;
  private pausedUntil: Instant | undefined;

  constructor(private readonly parts: TurnParts) {}

  /** Throws when the endpoint must be taken up again: the process stops, the database is away. */
  async take(): Promise<void> {
    const { due } = this.parts;
    await due.begin();
    this.isFailing = due.endpoint?.failingSince !== undefined;
    this.pausedUntil = due.endpoint?.pausedUntil;
    do {
      await this.sendAll();
      this.commits.hurry();
      await Promise.all(this.recording);
      if (this.parts.signal.aborted) throw new JobHandedBack();
      if (this.failure !== undefined) throw this.failure;
      await due.finish(this.isOver());
      // What was loaded last is sent, or, where the turn is over by now, left to the next: the job is enqueued by `finish`.
    } while (!due.isEmpty);
  }

  /** Sends what is due until nothing is left and all is answered. */
  private async sendAll(): Promise<void> {
    const { due } = this.parts;
    let look = FIRST_LOOK;
    for (this.fill(); this.sending.size > 0; this.fill()) {
      if (due.isToBeLoaded && !this.isOver()) {
        await this.load();
      } else if (await this.answered.wait(look)) {
        look = FIRST_LOOK;
      } else if (due.isEmpty && this.hasRoom() && !this.isOver()) {
        // A receiver that is slow with some answers gets what is new all the same.
        await this.load();
        look = Math.min(look * 2, LONGEST_LOOK);
      }
    }
  }

  /** A failure ends the turn once all that is under way is answered: nothing is sent twice for it. */
  private load(): Promise<void> {
    return this.parts.due.load().catch((error: unknown) => this.fail(error));
  }

  private hasRoom(): boolean {
    return this.sending.size < (this.isFailing ? 1 : this.parts.policy.perEndpoint);
  }

  private isOver(): boolean {
    const { due, policy, time, signal } = this.parts;
    const isPaused = this.pausedUntil !== undefined && this.pausedUntil > time.now();
    const isShut = due.endpoint === undefined || due.endpoint.disabledReason !== undefined;
    return isPaused || isShut || signal.aborted || this.failure !== undefined || this.elapsed() > policy.turn;
  }

  private fill(): void {
    while (this.hasRoom() && !this.isOver()) {
      const next = this.parts.due.next();
      if (!next) return;
      const sent = this.deliver(next)
        .catch((error: unknown) => this.fail(error))
        .finally(() => {
          this.sending.delete(sent);
          this.fill();
          this.answered.ring();
        });
      this.sending.add(sent);
    }
  }

  private async deliver(due: DueDelivery): Promise<void> {
    const { clientId, sender, policy, time, signal } = this.parts;
    const endpoint = this.parts.due.endpoint;
    if (!endpoint) return;
    if (endpoint.rateLimit !== undefined) {
      await this.pace.wait(endpoint.rateLimit, signal);
      if (this.isOver()) return;
    }
    const sentAt = time.now();
    const { messageId, body } = due;
    const sent = await sender.send({ clientId, endpoint, messageId, body, sentAt, signal });
    const now = time.now();
    const retryAt = policy.nextAttemptAt(due.attemptInRound, now);
    const verdict = verdictOn(sent.answer, { now, retryAt, slowDown: policy.slowDown });
    this.learn(verdict);
    this.keep({ endpoint, due, sentAt, sent, verdict });
  }

  private learn({ state, pauseUntil, isGone }: Verdict): void {
    this.isFailing = state !== 'delivered';
    if (pauseUntil !== undefined) this.pausedUntil = pauseUntil;
    if (isGone) this.parts.due.endpoint = undefined;
  }

  /** The place is free for the next request while the attempt is being written. */
  private keep(attempt: Attempted): void {
    const written = this.commits
      .add(attempt)
      .then(() => this.parts.due.recorded(attempt.due.messageId))
      .catch((error: unknown) => this.fail(error))
      .finally(() => this.recording.delete(written));
    this.recording.add(written);
  }

  /** One write at a time, so that each sees what the one before has noted of the endpoint. */
  private async record(attempts: readonly Attempted[]): Promise<void> {
    const { clientId, due, log, time } = this.parts;
    const [first] = attempts;
    if (!first) return;
    const noted = await log.record({ clientId, endpoint: due.endpoint ?? first.endpoint, attempts, now: time.now() });
    if (noted && due.endpoint) due.endpoint = noted;
  }

  private fail(error: unknown): void {
    this.failure ??= error;
  }
}
