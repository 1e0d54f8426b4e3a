import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DAY, SECOND, type Instant } from '../../domain/time/instant.js';
import { webhookRetryAt } from '../../domain/run/retry-policy.js';

/** How long, how much and how often: the numbers of a delivery. Times in milliseconds. */
@Injectable()
export class DeliveryPolicy {
  /** From the first name lookup to the last byte of the answer. */
  readonly deadline: number = 15 * SECOND;
  /** Bytes of an answer that are kept. */
  readonly keptAnswer: number = 4_096;
  /** Endpoints a process serves at the same time: each mostly waits, and a slow one must not make others wait. */
  readonly concurrency: number = 200;
  /** Requests an endpoint gets at the same time; while it fails, one. */
  readonly perEndpoint: number = 8;
  /** How long an endpoint is served before others have their turn. */
  readonly turn: number = 30 * SECOND;
  /** How long an endpoint is left alone that is overloaded and does not say for how long. */
  readonly slowDown: number = 5 * SECOND;
  /** How long an endpoint may fail, without any success, before it is disabled. */
  readonly failingFor: number = 5 * DAY;
  /** Failures further apart are not one series: twice the longest wait between two attempts. */
  readonly failuresApart: number = 2 * DAY;

  /** When to try again after the nth failed attempt of a round; undefined when there are no more. */
  nextAttemptAt(attempt: number, now: Instant): Instant | undefined {
    return webhookRetryAt(attempt, now, randomInt(2 ** 32) / 2 ** 32);
  }
}
