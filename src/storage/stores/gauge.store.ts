import { RELEASE_PROBES, releaseAtLeast } from '../../domain/time/release-probes.js';
import { SECOND, type Instant } from '../../domain/time/instant.js';
import { GaugeStore, type LiveProcesses, type SlotRequest, type Standing } from '../../ports/gauges.js';
import type { Session } from '../session.js';
import { bookedAhead } from '../sql/booked-ahead.js';
import { standing, toStanding, type StandingRow } from '../sql/standing.js';

export class PgGaugeStore extends GaugeStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async standing(now: Instant, seenSince: Instant): Promise<Standing> {
    const [row] = await this.session.rows<StandingRow>(standing, [new Date(now), new Date(seenSince)]);
    if (!row) throw new Error('An aggregate answers one row.');
    return toStanding(row);
  }

  override async processes(seenSince: Instant): Promise<readonly LiveProcesses[]> {
    return this.session.rows<LiveProcesses>(
      `select role, time_zone_data as "timeZoneData", count(*)::int as count
         from process, unnest(roles) as role where seen_at >= $1 group by 1, 2`,
      [new Date(seenSince)],
    );
  }

  override async slots({ from, slotLength, capacity, count }: SlotRequest): Promise<readonly number[]> {
    const rows = await this.session.rows<{ ahead: number; seconds: number }>(bookedAhead, [
      new Date(from),
      slotLength,
      Math.min(capacity, slotLength / SECOND),
      count,
    ]);
    const booked = new Map(rows.map(({ ahead, seconds }) => [ahead, seconds]));
    return Array.from({ length: count }, (_, ahead) => booked.get(ahead) ?? 0);
  }

  override async databaseTimeZoneData(): Promise<string | undefined> {
    const rows = await this.session.rows<{ minutes: number }>(
      `select extract(epoch from (at at time zone zone) - (at at time zone 'UTC'))::int / 60 as minutes
         from unnest($1::text[], $2::timestamptz[]) with ordinality as probe (zone, at, place) order by place`,
      [RELEASE_PROBES.map(({ timeZone }) => timeZone), RELEASE_PROBES.map(({ at }) => new Date(at))],
    );
    return releaseAtLeast(rows.map(({ minutes }) => minutes));
  }
}
