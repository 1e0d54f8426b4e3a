import type { Options } from 'p-retry';
import type { SourceError } from '../../domain/run/source-error.js';
import { SECOND } from '../../domain/time/instant.js';
import type { Notice } from '../../ports/connector.js';
import type { Pace } from './pace.js';

export interface SourceRequest {
  readonly method?: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  readonly pace: Pace;
  /** Milliseconds that a source may make us wait before a request, in all; that of the limits unless given. */
  readonly patience?: number;
  /** Hears of waits and of tries that failed. */
  readonly notice?: Notice;
  /** What an answer means, where its status alone does not tell; undefined leaves it to the status. */
  readonly judge?: (answer: SourceAnswer) => SourceError | undefined;
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
  /**
   * Milliseconds a source may make one request wait, in all. That much is waited out in the run; for more the
   * run ends, and goes on from its page later.
   */
  readonly patience: number;
  /** Other tries at once after a failure that may pass. */
  readonly retry: Pick<Options, 'retries' | 'minTimeout' | 'factor'>;
}

/** A page of 1,000 fat records is under 10 MB; two such requests a worker stay far from its memory. */
export const SOURCE_LIMITS: SourceLimits = {
  timeout: 60 * SECOND,
  maxBytes: 32 * 1024 * 1024,
  patience: 30 * SECOND,
  retry: { retries: 2, minTimeout: 500, factor: 4 },
};
