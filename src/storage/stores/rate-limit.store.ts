import { RateLimitStore, type RateLimitUse } from '../../ports/rate-limits.js';
import type { Session } from '../session.js';

/** Windows begin at whole multiples of their length, so that all processes mean the same one. */
const take = `
with clock as (select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now)
insert into rate_limit as known (key, points, expire)
select $1, $2::integer, clock.now - clock.now % $3::bigint + $3::bigint from clock
on conflict (key) do update
  set points = case when known.expire = excluded.expire then known.points + excluded.points else excluded.points end,
      expire = excluded.expire
returning points as used, (expire - (select now from clock))::integer as "endsIn"`;

export class PgRateLimitStore extends RateLimitStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async take(key: string, points: number, window: number): Promise<RateLimitUse> {
    const [use] = await this.session.rows<RateLimitUse>(take, [key, points, window]);
    if (!use) throw new Error('Taking points gave no count.');
    return use;
  }

  override async deleteEnded(): Promise<number> {
    return this.session.touched(
      `delete from rate_limit where expire < floor(extract(epoch from clock_timestamp()) * 1000)::bigint`,
    );
  }
}
