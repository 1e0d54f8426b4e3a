import pRetry from 'p-retry';
import { SourceError } from '../../domain/run/source-error.js';
import { SECOND, instantOf } from '../../domain/time/instant.js';
import { OutboundError, type Outbound, type OutboundResponse } from '../../platform/outbound/outbound.js';
import type { Clock } from '../../ports/clock.js';
import { isPassing, requestFailure, sourceFailure } from '../source-failure.js';
import { refusal, withTries } from './refusal.js';
import { retryAfter } from './retry-after.js';
import { SOURCE_LIMITS, type SourceAnswer, type SourceLimits, type SourceRequest } from './source-request.js';

/** Asks sources, and turns whatever goes wrong into a SourceError of the right class. */
export class SourceHttp {
  constructor(
    private readonly outbound: Outbound,
    private readonly clock: Clock,
    private readonly limits: SourceLimits = SOURCE_LIMITS,
  ) {}

  /**
   * The answer to a request, if its status is 2xx. A failure that may pass is tried again twice at once; after
   * that it is for the engine to come back later. Throws SourceError, with the messages of all tries, or the
   * signal's reason once it aborts.
   */
  async ask(request: SourceRequest): Promise<SourceAnswer> {
    const { signal, notice } = request;
    const tries: string[] = [];
    try {
      return await pRetry(() => this.askPatiently(request), {
        ...this.limits.retry,
        signal,
        onFailedAttempt: ({ error }) => void tries.push(error.message),
        shouldRetry: ({ error, retriesLeft }) => {
          const isWorthIt = error instanceof SourceError && isPassing(error);
          if (isWorthIt && retriesLeft > 0) notice?.('warn', `${error.message} It is tried again.`);
          return isWorthIt;
        },
      });
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof SourceError ? withTries(error, tries) : error;
    }
  }

  /** Waits as long as the source asks, within patience, and asks again: that is no failure. */
  private async askPatiently(request: SourceRequest): Promise<SourceAnswer> {
    const { notice, pace } = request;
    let { patience = this.limits.patience } = request;
    for (let waited = 0; ;) {
      const answer = await this.askInTurn(request, patience);
      patience -= waited;
      const wait = await this.askedWait(answer);
      if (wait === undefined || wait > patience) return await this.accepted(request, answer, wait);
      pace.pause(wait);
      notice?.('info', `${nameOf(request)}: the source asks for a pause of ${Math.ceil(wait / SECOND)} s.`);
      waited = wait;
    }
  }

  private async askInTurn(request: SourceRequest, patience: number): Promise<SourceAnswer> {
    const { pace, signal } = request;
    await this.knock(request, patience);
    const wait = await pace.enter(signal, patience);
    if (wait > 0) throw await this.closed(request, wait);
    let answer: OutboundResponse | undefined;
    try {
      answer = await this.send(request);
      return answer;
    } finally {
      pace.leave(answer?.headers);
    }
  }

  /** Throws provider_rate_limited while the source is to be left alone for longer than patience. */
  private async knock(request: SourceRequest, patience: number): Promise<void> {
    const { pace } = request;
    if (pace.closedUntil === undefined) return;
    const wait = pace.closedUntil - (await this.clock.now());
    if (wait > patience) throw await this.closed(request, wait);
    pace.open();
    if (wait > 0) pace.pause(wait);
  }

  private async send(request: SourceRequest): Promise<OutboundResponse> {
    const { method = 'GET', url, headers, body, signal } = request;
    const { timeout, maxBytes } = this.limits;
    try {
      // Redirects are not followed: an API that has moved should be configured, not guessed.
      return await this.outbound.request({ method, url, headers, body, timeout, maxBytes, signal });
    } catch (error) {
      throw error instanceof OutboundError ? requestFailure(nameOf(request), error) : error;
    }
  }

  /** Milliseconds the source asks to be left alone; undefined where it does not. */
  private async askedWait({ status, headers }: SourceAnswer): Promise<number | undefined> {
    const asks = status === 429 || (status === 503 && headers['retry-after'] !== undefined);
    return asks ? Math.max(SECOND, retryAfter(headers['retry-after'], await this.clock.now())) : undefined;
  }

  private async accepted(request: SourceRequest, answer: SourceAnswer, wait?: number): Promise<SourceAnswer> {
    const judged = request.judge?.(answer);
    if (judged) throw judged;
    if (answer.status >= 200 && answer.status < 300) return answer;
    const retryAt = wait === undefined ? undefined : instantOf((await this.clock.now()) + wait);
    // A source that is out of order limits no rate: each run may see for itself.
    if (retryAt !== undefined && answer.status === 429) request.pace.close(retryAt);
    throw refusal(nameOf(request), answer.status, retryAt);
  }

  private async closed(request: SourceRequest, wait: number): Promise<SourceError> {
    const retryAt = instantOf((await this.clock.now()) + Math.max(SECOND, wait));
    request.pace.close(retryAt);
    return sourceFailure('provider_rate_limited', `${nameOf(request)}: the source has asked for a pause.`, { retryAt });
  }
}

/** A request as messages name it; without its query, which may hold a key. */
const nameOf = ({ method = 'GET', url }: SourceRequest): string => `${method} ${new URL(url).pathname}`;
