import type { Limit } from './check-limits.js';
import type { ChaosDatabase } from './chaos-database.js';
import type { Fleet } from './fleet.js';
import { owedEdges, type OwedSchedule } from './owed.js';
import { PatientApi } from './patient-api.js';
import {
  CLIENT_COUNT,
  CLIENT_LIMIT,
  clientOf,
  CONNECTION_LIMIT,
  isAtLimitedHost,
  isLimitedClient,
  isSharing,
  limitsOf,
  recordsFor,
  scheduleOf,
} from './shop-plan.js';
import type { SourceServer } from './source-server.js';
import type { WebhookInbox } from './webhook-inbox.js';

export interface ChaosClient {
  readonly id: string;
  readonly api: PatientApi;
}

/** A listing of the source, synced by the schedule. */
export interface Shop {
  readonly name: string;
  readonly client: ChaosClient;
  readonly connectionId: string;
  /** The only model of its sync; a connection may have another for another shop. */
  readonly model: string;
  readonly syncId: string;
  /** Under which it comes. */
  readonly limits: readonly Limit[];
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

const PAGE_SIZE = 2;
export async function openClients({ fleet, inbox }: Installation): Promise<readonly ChaosClient[]> {
  const admin = new PatientApi(() => fleet.apis, fleet.adminKey);
  const clients: ChaosClient[] = [];
  for (let n = 0; n < CLIENT_COUNT; n += 1) {
    const { id } = await admin.ask('POST', '/admin/v1/clients', { name: `Client ${n + 1}` });
    if (isLimitedClient(n)) await admin.ask('PATCH', `/admin/v1/clients/${id}`, { maxConcurrentRuns: CLIENT_LIMIT });
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

interface Opening {
  readonly n: number;
  readonly clients: readonly ChaosClient[];
  /** Records for every period up to here. */
  readonly horizon: number;
  /** The connection it shares with another. */
  readonly shared?: Shop;
}

/** Six shops, from the nth on, with schedules and limits that follow from their numbers: two of them share a connection. */
export async function openShops(
  installation: Installation,
  opening: Omit<Opening, 'shared'>,
): Promise<readonly Shop[]> {
  const open = (more: number, shared?: Shop) => openShop(installation, { ...opening, n: opening.n + more, shared });
  const sharing = open(2).then(async (first) => [first, await open(4, first)]);
  return (await Promise.all([open(0), open(1), sharing, open(3), open(5)])).flat();
}

async function openShop(installation: Installation, { n, clients, horizon, shared }: Opening): Promise<Shop> {
  const { database, source } = installation;
  const client = clients[clientOf(n)];
  if (!client) throw new Error('There is no client.');
  const name = `shop${n}`;
  const schedule = scheduleOf(n, database.now());
  const connectionId = shared?.connectionId ?? (await connect(installation, client, n));
  const configuredAt = database.now();
  source.add(name, recordsFor(owedEdges(schedule, configuredAt, horizon), installation.random));
  const model = shared ? 'returns' : 'orders';
  const path = `/v1/connections/${connectionId}/syncs`;
  const sync = await client.api.ask('POST', path, { name, models: [model], schedule });
  const limits = limitsOf(n, { clientId: client.id, connectionId });
  // What is edited may be listed otherwise the second time, and the limits are checked by who asks for a page again.
  const isEdited = n % 2 === 1 && limits.length === 0;
  return { name, client, connectionId, model, syncId: sync.id, limits, schedule, configuredAt, isEdited };
}

async function connect({ source }: Installation, client: ChaosClient, n: number): Promise<string> {
  const company = await client.api.ask('POST', '/v1/companies', { name: `shop${n}` });
  const settings = source.settings(
    isSharing(n) ? { orders: `shop${n}`, returns: `shop${n + 2}` } : { orders: `shop${n}` },
    {
      pageSize: PAGE_SIZE,
      host: isAtLimitedHost(n) ? 'localhost' : '127.0.0.1',
    },
  );
  const limit = isSharing(n) ? { maxConcurrentRuns: CONNECTION_LIMIT } : {};
  const body = { platform: 'rest', name: `shop${n}`, settings, ...limit };
  return (await client.api.ask('POST', `/v1/companies/${company.id}/connections`, body)).id;
}
