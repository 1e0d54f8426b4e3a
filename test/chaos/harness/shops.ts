import type { ChaosDatabase } from './chaos-database.js';
import type { Fleet } from './fleet.js';
import { owedEdges, type OwedSchedule } from './owed.js';
import { PatientApi } from './patient-api.js';
import type { ShopRecord, SourceServer } from './source-server.js';
import type { WebhookInbox } from './webhook-inbox.js';

export interface ChaosClient {
  readonly id: string;
  readonly api: PatientApi;
}

/** A shop of a company, synced by the schedule. */
export interface Shop {
  readonly name: string;
  readonly client: ChaosClient;
  readonly connectionId: string;
  readonly syncId: string;
  readonly schedule: OwedSchedule;
  /** Milliseconds since 1970 on the database's clock. */
  readonly configuredAt: number;
  /** Whether records of it are edited while it is synced. */
  readonly isEdited: boolean;
}

export interface Installation {
  readonly database: ChaosDatabase;
  readonly fleet: Fleet;
  readonly source: SourceServer;
  readonly inbox: WebhookInbox;
  readonly random: () => number;
}

/** Clocks that change in spring and in autumn, by half an hour, at midnight, or not at all. */
const ZONES = [
  'Etc/UTC',
  'Europe/London',
  'America/New_York',
  'America/Santiago',
  'Australia/Lord_Howe',
  'Australia/Sydney',
  'Asia/Kolkata',
  'Africa/Cairo',
  'Pacific/Auckland',
  'America/St_Johns',
  'Asia/Beirut',
  'Europe/Berlin',
];
/** Of unequal size: the first owns most of the shops. */
const CLIENTS = 3;
const PAGE_SIZE = 2;
/** Days before the configuration at which the first periods start: some pages to be cut off between. */
const HISTORY = 3;

export async function openClients({ fleet, inbox }: Installation): Promise<readonly ChaosClient[]> {
  const admin = new PatientApi(() => fleet.apis, fleet.adminKey);
  const clients: ChaosClient[] = [];
  for (let n = 0; n < CLIENTS; n += 1) {
    const { id } = await admin.ask('POST', '/admin/v1/clients', { name: `Client ${n + 1}` });
    const { key } = await admin.ask('POST', `/admin/v1/clients/${id}/api-keys`, {
      name: 'chaos',
      scopes: ['read', 'write'],
    });
    const api = admin.withKey(key);
    await api.ask('PATCH', '/v1/client', { catchUp: 'each', frequencyOptions: ['Daily', 'Weekly', 'Interval'] });
    const endpoint = await api.ask('POST', '/v1/webhook-endpoints', { url: inbox.urlFor(id) });
    inbox.expect(id, endpoint.secret);
    clients.push({ id, api });
  }
  return clients;
}

/** The nth shop, with a schedule that follows from n and records for every period up to `horizon`. */
export async function openShop(
  installation: Installation,
  clients: readonly ChaosClient[],
  { n, horizon }: { readonly n: number; readonly horizon: number },
): Promise<Shop> {
  const { database, source } = installation;
  const client = clients[n % 4 < 2 ? 0 : n % clients.length] ?? clients[0];
  if (!client) throw new Error('There is no client.');
  const name = `shop${n}`;
  const schedule = scheduleOf(n, database.now());
  const company = await client.api.ask('POST', '/v1/companies', { name });
  const settings = source.settings(name, PAGE_SIZE);
  const connection = await client.api.ask('POST', `/v1/companies/${company.id}/connections`, {
    platform: 'rest',
    name,
    settings,
  });
  const configuredAt = database.now();
  source.add(name, recordsFor(owedEdges(schedule, configuredAt, horizon), installation.random));
  const sync = await client.api.ask('POST', `/v1/connections/${connection.id}/syncs`, { name: 'orders', schedule });
  return { name, client, connectionId: connection.id, syncId: sync.id, schedule, configuredAt, isEdited: n % 2 === 1 };
}

function scheduleOf(n: number, now: number): OwedSchedule {
  const timeZone = ZONES[n % ZONES.length] ?? 'Etc/UTC';
  const startDate = new Date(now - HISTORY * 24 * 3_600_000).toISOString().slice(0, 10);
  const shared = { startDate, syncHour: (n * 5) % 24, timeZone };
  if (n % 6 === 5) return { selectedFrequency: 'Interval', interval: 'PT12H', ...shared };
  return { selectedFrequency: 'Daily', ...shared };
}

/** One to three records in each period, one of them often at its very start: it belongs to this period, not to the last. */
function recordsFor(edges: readonly number[], random: () => number): readonly ShopRecord[] {
  return edges.slice(0, -1).flatMap((start, n) => {
    const length = (edges[n + 1] ?? start) - start;
    return Array.from({ length: 1 + Math.floor(random() * 3) }, (_, k) => {
      const offset = k === 0 && random() < 0.5 ? 0 : Math.floor(random() * length);
      return { id: `${n}-${k}`, version: 1, updatedAt: new Date(start + offset).toISOString() };
    });
  });
}
