import { setTimeout as pause } from 'node:timers/promises';
import type { FailureCode } from '../domain/run/failure.js';
import { SECOND } from '../domain/time/instant.js';
import { SourceError } from '../domain/run/source-error.js';
import { OutboundError, type Outbound, type OutboundResponse } from '../platform/outbound/outbound.js';
import type { Clock } from '../ports/clock.js';
import { retryAt } from './retry-after.js';
import { isPassing, requestFailure, sourceFailure } from './source-failure.js';

export interface SourceRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface SourceAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly url: string;
}

export interface SourceLimits {
  /** Milliseconds for one answer, from the first name lookup to the last byte. */
  readonly timeout: number;
  /** Largest answer, after decompression. */
  readonly maxBytes: number;
  /** Waits before another try at once, in milliseconds; their number is the number of tries. */
  readonly retryWaits: readonly number[];
}

/** A page of 1,000 fat records is under 10 MB; two such requests a worker stay far from its memory. */
export const SOURCE_LIMITS: SourceLimits = {
  timeout: 60 * SECOND,
  maxBytes: 32 * 1024 * 1024,
  retryWaits: [500, 2 * SECOND],
};

/** Asks sources, and turns whatever goes wrong into a SourceError of the right class. */
export class SourceHttp {
  constructor(
    private readonly outbound: Outbound,
    private readonly clock: Clock,
    private readonly limits: SourceLimits = SOURCE_LIMITS,
  ) {}

  /**
   * The answer to a GET, if its status is 2xx. A failure that may pass is tried again twice at once; after
   * that it is for the engine to come back later. Throws SourceError, or the signal's reason once it aborts.
   */
  async get(request: SourceRequest): Promise<SourceAnswer> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.ask(request);
      } catch (error) {
        request.signal.throwIfAborted();
        const wait = this.limits.retryWaits[attempt];
        const hopeless = !(error instanceof SourceError) || !isPassing(error) || error.failure.retryAt !== undefined;
        if (wait === undefined || hopeless) throw error;
        await pause(wait, undefined, { signal: request.signal });
      }
    }
  }

  private async ask(request: SourceRequest): Promise<SourceAnswer> {
    const answer = await this.send(request);
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw await this.refusal(answer);
  }

  private async send({ url, headers, signal }: SourceRequest): Promise<OutboundResponse> {
    const { timeout, maxBytes } = this.limits;
    try {
      // Redirects are not followed: an API that has moved should be configured, not guessed.
      return await this.outbound.request({ method: 'GET', url, headers, timeout, maxBytes, signal });
    } catch (error) {
      throw error instanceof OutboundError ? requestFailure(nameOf(url), error) : error;
    }
  }

  private async refusal({ status, headers, url }: OutboundResponse): Promise<SourceError> {
    const { code, words } = refusalOf(status);
    const waits = status === 429 || (status === 503 && headers['retry-after'] !== undefined);
    const until = waits ? retryAt(headers['retry-after'], await this.clock.now()) : undefined;
    return sourceFailure(code, `${nameOf(url)}: ${words} (HTTP ${status}).`, { retryAt: until });
  }
}

/** A request as messages name it; without its query, which may hold a key. */
const nameOf = (url: string): string => `GET ${new URL(url).pathname}`;

function refusalOf(status: number): { readonly code: FailureCode; readonly words: string } {
  if (status === 401 || status === 403)
    return { code: 'credential_invalid', words: 'the source refuses the credentials' };
  if (status === 429) return { code: 'provider_rate_limited', words: 'the source limits the rate' };
  if (status === 404 || status === 405 || status === 410) {
    return { code: 'configuration_invalid', words: 'the source has no such list; check the base URL and the path' };
  }
  if (status === 408) return { code: 'provider_timeout', words: 'the source waited too long' };
  if (status === 502 || status === 503 || status === 504) {
    return { code: 'provider_unavailable', words: 'the source is unavailable' };
  }
  if (status >= 500) return { code: 'provider_error', words: 'the source failed' };
  if (status >= 300 && status < 400) {
    return { code: 'blocked_redirect', words: 'the source redirects, which is not followed; give its final URL' };
  }
  return { code: 'provider_rejected', words: 'the source rejects the request' };
}
