import { IsString, MaxLength } from 'class-validator';
import { isPositive, parseDuration } from '../domain/time/duration.js';
import { DAY, HOUR, instantOf, MINUTE, plus, type Instant } from '../domain/time/instant.js';
import { shown } from '../domain/problem.js';
import { MomentParameter, momentOf } from '../platform/moment.js';
import { invalidParameter, Omittable, Text } from '../platform/validation.js';
import type { LoadWindow } from '../ports/load.js';

/** Seven days of five minutes: more is no picture any more, and a mistake. */
const MOST_SLOTS = 2_000;
const USUAL_SPAN = 24 * HOUR;
const LONGEST_DURATION = 40;

/** Query of the load. */
export class LoadQuery {
  @Omittable()
  @IsString()
  @MomentParameter()
  readonly from?: string;

  @Omittable()
  @IsString()
  @MomentParameter()
  readonly to?: string;

  @IsString()
  @MaxLength(LONGEST_DURATION)
  readonly bucket: string = 'PT5M';

  @Omittable()
  @Text({ max: 64 })
  readonly clientId?: string;
}

/** The slots asked for. Throws 400 invalid_parameter. */
export function windowOf({ clientId, ...query }: LoadQuery, now: Instant): LoadWindow {
  const bucket = bucketOf(query.bucket);
  const [from, to] = spanOf(momentOf(query.from), momentOf(query.to), now);
  if (to <= from) throw invalidParameter('to', 'to must be after from.');
  const window = {
    from: multipleOf(bucket, Math.floor(from / bucket)),
    to: multipleOf(bucket, Math.ceil(to / bucket)),
  };
  const slots = (window.to - window.from) / bucket;
  if (slots > MOST_SLOTS) {
    const message = `From from to to are ${slots} slots; at most ${MOST_SLOTS} are answered. Take a longer bucket or a shorter span.`;
    throw invalidParameter('bucket', message);
  }
  return { ...window, bucket, clientId };
}

const multipleOf = (bucket: number, times: number): Instant => instantOf(times * bucket);

function spanOf(from: Instant | undefined, to: Instant | undefined, now: Instant): readonly [Instant, Instant] {
  if (from !== undefined) return [from, to ?? plus(from, USUAL_SPAN)];
  if (to !== undefined) return [plus(to, -USUAL_SPAN), to];
  return [plus(now, -USUAL_SPAN / 2), plus(now, USUAL_SPAN / 2)];
}

function bucketOf(text: string): number {
  const duration = parseDuration(text);
  if (duration.ok && duration.value.months === 0 && isPositive(duration.value)) {
    // Slots are elapsed time, in which a day has 24 hours.
    const length = duration.value.days * DAY + duration.value.elapsed;
    if (length % MINUTE === 0 && length >= MINUTE && length <= DAY) return length;
  }
  throw invalidParameter('bucket', `bucket is an ISO 8601 duration of whole minutes, PT1M to P1D; got ${shown(text)}.`);
}
