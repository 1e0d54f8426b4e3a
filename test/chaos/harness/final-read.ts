import type { Body } from './patient-api.js';
import type { ChaosClient, Shop } from './shops.js';

export interface ReadPeriod {
  readonly status: string;
  readonly start: number;
  readonly dueDate: number;
  readonly runDate: number | undefined;
  readonly startedAt: number | undefined;
  readonly runId: string | null;
}

export interface ReadRecord {
  readonly model: string;
  readonly id: string;
  readonly sequence: number;
  readonly data: Body;
  readonly deletedAt: string | null;
}

export interface ReadMessage {
  readonly id: string;
  readonly type: string;
  readonly syncId: string | null;
  readonly sequence: number | null;
  readonly deliveries: readonly { readonly state: string; readonly nextAttemptAt: string | null }[];
}

/** What the API tells of a shop in the end. */
export interface ReadShop {
  readonly shop: Shop;
  /** The earliest due date first; those that were superseded are left out. */
  readonly periods: readonly ReadPeriod[];
  /** Its own. */
  readonly records: readonly ReadRecord[];
  /** The last place of the connection's feed, which it may share. */
  readonly lastPlace: number;
  readonly coverage: {
    readonly complete: boolean;
    readonly gaps: readonly unknown[];
    readonly overlaps: readonly unknown[];
  };
  readonly state: string;
}

export interface ReadClient {
  readonly client: ChaosClient;
  readonly messages: readonly ReadMessage[];
  readonly activeRuns: readonly string[];
}

export async function readShop(shop: Shop): Promise<ReadShop> {
  const { api } = shop.client;
  const periods = (await api.all(`/v1/syncs/${shop.syncId}/periods`)).map(periodOf);
  const records: readonly ReadRecord[] = await api.all(`/v1/connections/${shop.connectionId}/records`);
  const byDueDate = (a: ReadPeriod, b: ReadPeriod) => a.dueDate - b.dueDate || a.start - b.start;
  return {
    shop,
    periods: periods.filter(({ status }) => status !== 'superseded').sort(byDueDate),
    records: records.filter(({ model }) => model === shop.model),
    lastPlace: Math.max(0, ...records.map(({ sequence }) => sequence)),
    coverage: await api.ask('GET', `/v1/syncs/${shop.syncId}/coverage`),
    state: (await api.ask('GET', `/v1/syncs/${shop.syncId}`)).state,
  };
}

export async function readClient(client: ChaosClient): Promise<ReadClient> {
  const active = await Promise.all(['created', 'running'].map((state) => client.api.all(`/v1/runs?state=${state}`)));
  return {
    client,
    messages: await client.api.all('/v1/webhook-messages'),
    activeRuns: active.flat().map(({ id, state, syncId }) => `${id} (${state}, ${syncId})`),
  };
}

/** Reads shops some at a time: the API is not what is tested here. */
export async function readShops(shops: readonly Shop[]): Promise<readonly ReadShop[]> {
  const read: ReadShop[] = [];
  for (let n = 0; n < shops.length; n += 8)
    read.push(...(await Promise.all(shops.slice(n, n + 8).map((shop) => readShop(shop)))));
  return read;
}

const instant = (text: string | null): number | undefined => (text === null ? undefined : Date.parse(text));

const periodOf = (period: Body): ReadPeriod => ({
  status: period.status,
  start: Date.parse(period.start),
  dueDate: Date.parse(period.dueDate),
  runDate: instant(period.runDate),
  startedAt: instant(period.startedAt),
  runId: period.runId,
});
