import { DomainError } from '../../../src/domain/problem.js';
import { RequestRun } from '../../../src/sync/request/request-run.js';
import { query, type TestDatabase } from '../../support/postgres.js';
import { connectShop } from '../../support/shop-of-a-company.js';
import { startWorld, type TestClient, type World } from '../../support/world.js';

export const CALLERS = 16;
const DAY = 24 * 3_600_000;
const START = Date.parse('2026-01-01T00:00:00Z');

/** Days from the start: where the range of a caller begins and ends. */
type RangeOf = (caller: number) => readonly [number, number];
export const EQUAL: RangeOf = () => [0, 3];
export const OVERLAPPING: RangeOf = (caller) => [0, 2 + caller];

export interface RaceOutcome {
  /** How often each refusal came, by its code; `made` where there was none. */
  readonly codes: Readonly<Record<string, number>>;
  /** Syncs with a range, and with more than one. */
  readonly withRange: number;
  readonly withMore: number;
  readonly seconds: number;
}

/** Callers who want ranges of the same syncs at the same time. */
export class RangeRace {
  private constructor(
    private readonly world: World,
    private readonly client: TestClient,
    private readonly connectionId: string,
  ) {}

  static async start(database?: TestDatabase): Promise<RangeRace> {
    const kept = database && { ...database, drop: async () => undefined };
    const world = await startWorld({ roles: 'api', ...(kept && { database: kept }) });
    const client = await world.newClient();
    const settings = { baseUrl: 'https://shop.example', models: { orders: { path: '/orders' } } };
    const shop = await connectShop(client, { settings: () => settings }, {});
    return new RangeRace(world, client, shop.connectionId);
  }

  close(): Promise<void> {
    return this.world.close();
  }

  /** Each caller asks for his range of each of so many syncs, all callers at once. */
  async run(ranges: number, rangeOf: RangeOf): Promise<RaceOutcome> {
    const ids: string[] = [];
    while (ids.length < ranges) ids.push(await this.newSync());
    const codes = new Map<string, number>();
    const began = performance.now();
    await Promise.all(Array.from({ length: CALLERS }, (_, caller) => this.call(ids, rangeOf(caller), codes)));
    const seconds = (performance.now() - began) / 1_000;
    const counts = await this.rangesOf(ids);
    const withMore = counts.filter(({ count }) => count > 1).length;
    return { codes: Object.fromEntries(codes), withRange: counts.length, withMore, seconds };
  }

  private async newSync(): Promise<string> {
    const schedule = { selectedFrequency: 'Monthly', startDate: '2026-01-01', syncHour: 0, timeZone: 'Etc/UTC' };
    const path = `/v1/connections/${this.connectionId}/syncs`;
    return (await this.client.api('POST', path, { name: 'orders', schedule })).body.id;
  }

  private async call(ids: readonly string[], days: readonly [number, number], codes: Map<string, number>) {
    const request = this.world.app.get(RequestRun);
    const [start, finish] = days.map((day) => new Date(START + day * DAY).toISOString());
    for (const syncId of ids) {
      const code = await request
        .execute({ clientId: this.client.clientId, keyId: 'key', syncId }, { type: 'range', start, finish })
        .then(() => 'made')
        .catch((error: unknown) => (error instanceof DomainError ? error.code : String(error)));
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
  }

  private rangesOf(ids: readonly string[]): Promise<readonly { readonly count: number }[]> {
    return query(
      this.world.database.superuserUrl,
      `select sync_id, count(*)::int as count from sync_period
        where sync_id = any ($1::text[]) and kind = 'range' and status <> 'superseded' group by sync_id`,
      [ids],
    );
  }
}
