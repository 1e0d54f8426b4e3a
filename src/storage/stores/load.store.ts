import type { Instant } from '../../domain/time/instant.js';
import { LoadStore, type LoadCounts, type LoadWindow } from '../../ports/load.js';
import { toInstant } from '../columns.js';
import type { Session } from '../session.js';
import { loadBySlot, toLoadCounts, type LoadRow } from '../sql/load-by-slot.js';
import { sumLoad } from '../sql/sum-load.js';
import { noteConcurrency, workerSeconds } from '../sql/pool-minutes.js';

export class PgLoadStore extends LoadStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async counts({ from, to, bucket, clientId }: LoadWindow): Promise<LoadCounts> {
    const parameters = [new Date(from), new Date(to), intervalOf(bucket), clientId ?? null];
    return toLoadCounts(await this.session.rows<LoadRow>(loadBySlot, parameters));
  }

  override async workerSeconds(
    { from, to, bucket }: LoadWindow,
    before: Instant,
  ): Promise<ReadonlyMap<Instant, number>> {
    const rows = await this.session.rows<{ slot: Date; seconds: number }>(workerSeconds, [
      new Date(from),
      new Date(Math.min(to, before)),
      intervalOf(bucket),
    ]);
    return new Map(rows.map(({ slot, seconds }) => [toInstant(slot), seconds]));
  }

  override async concurrency(seenSince: Instant): Promise<number> {
    const [row] = await this.session.rows<{ concurrency: number }>(
      `select coalesce(sum(worker_concurrency), 0)::int as concurrency from process
        where 'worker' = any (roles) and seen_at >= $1`,
      [new Date(seenSince)],
    );
    return row?.concurrency ?? 0;
  }

  override async noteConcurrency(now: Instant, seenSince: Instant): Promise<void> {
    await this.session.touched(noteConcurrency, [new Date(now), new Date(seenSince)]);
  }

  override async sum(before: Instant): Promise<void> {
    await this.session.touched(sumLoad, [new Date(before)]);
  }

  override async forget(before: Instant): Promise<void> {
    await this.session.touched('delete from pool_minute where minute < $1', [new Date(before)]);
    await this.session.touched('delete from load_minute where minute < $1', [new Date(before)]);
    await this.session.touched('delete from ended_run where finished_at < $1', [new Date(before)]);
  }
}

const intervalOf = (milliseconds: number): string => `${milliseconds} milliseconds`;
