import type { World, TestClient, Answer } from '../world.js';
import type { BusySource } from './busy-source.js';
import type { OwedSchedule } from './owed.js';

/** Zones whose clocks change in the outage (forward in the south, back in the north, by half an hour), and two whose do not. */
const ZONES = [
  'Europe/London',
  'America/New_York',
  'Australia/Sydney',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Africa/Cairo',
  'America/Asuncion',
  'America/Havana',
  'Pacific/Norfolk',
  'Atlantic/Azores',
  'Asia/Kolkata',
  'Pacific/Kiritimati',
];
const SYNCS_OF_A_CONNECTION = 10;

export interface FleetOptions {
  readonly syncs: number;
  readonly clients: number;
  readonly catchUp: 'collapse' | 'each';
  readonly configuredAt: number;
}

export interface FleetSync {
  readonly id: string;
  readonly clientId: string;
  readonly client: TestClient;
  /** What its requests are known by at the source. */
  readonly name: string;
  readonly schedule: OwedSchedule;
}

/** The caps of a fleet; the second connection of each client has one of its own. */
export const LIMITS = { client: 3, connection: 1, host: 2 };

/** Clients with syncs in many zones. The first client is capped, as is each second connection, and host `localhost`. */
export async function buildFleet(world: World, source: BusySource, options: FleetOptions): Promise<FleetSync[]> {
  const clients: TestClient[] = [];
  for (let index = 0; index < options.clients; index += 1) {
    const client = await world.newClient(`Client ${index}`);
    must(200, await client.api('PATCH', '/v1/client', { catchUp: options.catchUp }));
    clients.push(client);
  }
  const [first] = clients;
  must(200, await world.admin('PATCH', `/admin/v1/clients/${first?.clientId}`, { maxConcurrentRuns: LIMITS.client }));
  const perClient = Math.ceil(options.syncs / options.clients);
  const groups = await Promise.all(
    clients.map((client, index) => syncsOf(client, source, { index, perClient, options })),
  );
  return groups.flat().slice(0, options.syncs);
}

interface Share {
  readonly index: number;
  readonly perClient: number;
  readonly options: FleetOptions;
}

async function syncsOf(
  client: TestClient,
  source: BusySource,
  { index, perClient, options }: Share,
): Promise<FleetSync[]> {
  const { id: companyId } = must(201, await client.api('POST', '/v1/companies', { name: 'Corner Shop' })).body;
  const syncs: FleetSync[] = [];
  let connectionId = '';
  for (let serial = 0; serial < perClient; serial += 1) {
    const number = Math.floor(serial / SYNCS_OF_A_CONNECTION);
    if (serial % SYNCS_OF_A_CONNECTION === 0) {
      const settings = settingsOf(source, { client: index, connection: number, onLimitedHost: number % 3 === 2 });
      const limit = number % 2 === 1 ? { maxConcurrentRuns: LIMITS.connection } : {};
      const body = { platform: 'rest', name: `Till ${number}`, settings, ...limit };
      connectionId = must(201, await client.api('POST', `/v1/companies/${companyId}/connections`, body)).body.id;
    }
    const model = `m${serial % SYNCS_OF_A_CONNECTION}`;
    const schedule = scheduleOf(serial * options.clients + index, options);
    const body = { models: [model], mode: 'incremental', schedule: bodyOf(schedule) };
    const { id } = must(201, await client.api('POST', `/v1/connections/${connectionId}/syncs`, body)).body;
    syncs.push({ id, clientId: client.clientId, client, name: `c${index}n${number}${model}`, schedule });
  }
  return syncs;
}

function scheduleOf(serial: number, { catchUp, configuredAt }: FleetOptions): OwedSchedule {
  const timeZone = ZONES[serial % ZONES.length] ?? 'Etc/UTC';
  const syncHour = Math.floor(serial / ZONES.length) % 4;
  const frequency = catchUp === 'collapse' && serial % 7 === 3 ? 'Weekly' : 'Daily';
  const local = Temporal.Instant.fromEpochMilliseconds(configuredAt).toZonedDateTimeISO(timeZone);
  return { frequency, syncHour, timeZone, startDate: local.toPlainDate().toString() };
}

/** The schedule as the API takes it. */
export const bodyOf = ({ frequency, ...schedule }: OwedSchedule) => ({
  ...schedule,
  selectedFrequency: frequency,
  frequencyOptions: [frequency],
});

function settingsOf(
  { port }: BusySource,
  { client, connection, onLimitedHost }: { client: number; connection: number; onLimitedHost: boolean },
): Record<string, unknown> {
  const name = `c${client}n${connection}`;
  const models = Array.from({ length: SYNCS_OF_A_CONNECTION }, (_, model) => [
    `m${model}`,
    {
      path: `/c${client}/${name}/${name}m${model}`,
      recordsPath: 'data',
      updatedAtField: 'updatedAt',
      filter: { from: 'since', to: 'before' },
      sort: { sort: 'updatedAt,id' },
      pagination: { type: 'page', pageParam: 'page', sizeParam: 'size' },
    },
  ]);
  return {
    baseUrl: `http://${onLimitedHost ? 'localhost' : '127.0.0.1'}:${port}`,
    models: Object.fromEntries(models),
  };
}

export function must(status: number, answer: Answer): Answer {
  if (answer.status !== status)
    throw new Error(`${answer.status} instead of ${status}: ${JSON.stringify(answer.body)}`);
  return answer;
}
