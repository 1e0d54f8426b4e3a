import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SECOND, type Instant } from '../domain/time/instant.js';
import { webhookRetryAt } from '../domain/run/retry-policy.js';

/** How long, how much and how often: the numbers of a delivery. */
@Injectable()
export class DeliveryPolicy {
  /** Milliseconds from the first name lookup to the last byte of the answer. */
  readonly deadline: number = 15 * SECOND;
  /** Bytes of an answer that are kept. */
  readonly keptAnswer: number = 4_096;
  /** Deliveries a process has in hand at the same time. */
  readonly concurrency: number = 8;

  /** When to try again after the nth failed attempt; undefined when there are no more. */
  nextAttemptAt(attempt: number, now: Instant): Instant | undefined {
    return webhookRetryAt(attempt, now, randomInt(2 ** 32) / 2 ** 32);
  }
}
