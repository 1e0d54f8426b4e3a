import { randomBytes } from 'node:crypto';
import { Global, Module } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Test } from '@nestjs/testing';
import { instantOf } from '../../src/domain/time/instant.js';
import { Config } from '../../src/platform/config.js';
import { Counters } from '../../src/platform/counters.js';
import { Cursors } from '../../src/platform/cursors.js';
import { makeId } from '../../src/platform/new-id.js';
import { Metrics } from '../../src/platform/metrics.js';
import { Contract } from '../../src/platform/openapi.js';
import { Outbound } from '../../src/platform/outbound/outbound.js';
import { AesGcmSecrets } from '../../src/platform/secrets.js';
import { Ticks } from '../../src/platform/ticks.js';
import { Database } from '../../src/ports/database.js';
import { Secrets } from '../../src/ports/secrets.js';
import type { DeliveryAttempt, NewMessage, WebhookMessage } from '../../src/ports/webhooks.js';
import { openStorage } from '../../src/storage/open-storage.js';
import { StorageModule } from '../../src/storage/storage.module.js';
import { DeliveryPolicy } from '../../src/webhooks/delivery/delivery-policy.js';
import { DeliveryUpkeepTicks } from '../../src/webhooks/delivery/delivery-upkeep.js';
import { Endpoints } from '../../src/webhooks/endpoints.js';
import { Messages } from '../../src/webhooks/messages.js';
import { SendAgain } from '../../src/webhooks/send-again.js';
import { TestEndpoint } from '../../src/webhooks/test-endpoint.js';
import { WebhooksModule } from '../../src/webhooks/webhooks.module.js';
import { eventually } from './eventually.js';
import { createTestDatabase, query, type TestDatabase } from './postgres.js';

export type Policy = Partial<DeliveryPolicy>;

/** The webhooks room alone, on a real database and a real queue. */
export interface Deliveries {
  readonly database: TestDatabase;
  readonly clientId: string;
  readonly companyId: string;
  readonly endpoints: Endpoints;
  readonly messages: Messages;
  readonly again: SendAgain;
  readonly tests: TestEndpoint;
  readonly upkeep: DeliveryUpkeepTicks;
  readonly db: Database;
  /** A message as a settlement would announce it; answers its id. */
  publish(message?: Partial<NewMessage>): Promise<string>;
  /** Many at once, oldest first. */
  publishMany(count: number): Promise<readonly string[]>;
  /** How many deliveries are in each state. */
  states(): Promise<Readonly<Record<string, number>>>;
  /** As if the time for every retry had come, and the end of every pause. */
  hasten(): Promise<void>;
  message(messageId: string): Promise<WebhookMessage>;
  attempts(messageId: string): Promise<readonly DeliveryAttempt[]>;
  /** The message once its only delivery is not pending any more. */
  settled(messageId: string): Promise<WebhookMessage>;
  close(): Promise<void>;
}

export interface DeliveriesOptions {
  readonly allow: readonly string[];
  readonly policy?: Policy;
  /** A database that another has left. */
  readonly on?: Pick<Deliveries, 'database' | 'clientId' | 'companyId'>;
}

const encryptionKeys = [{ id: 'test', key: randomBytes(32) }] as const;

export async function startDeliveries({ allow, policy, on }: DeliveriesOptions): Promise<Deliveries> {
  const database = on?.database ?? (await createTestDatabase());
  const storage = await openStorage({
    url: database.url,
    backend: 'postgres',
    poolSize: 8,
    worker: true,
    onError: (error) => process.stderr.write(`${error.message}\n`),
  });
  const config = { roles: new Set(['api', 'worker']), encryptionKeys } as unknown as Config;
  const module = await Test.createTestingModule({
    imports: [StorageModule.for(storage), platformFor(config, allow), WebhooksModule.for(config)],
  })
    .overrideProvider(DeliveryPolicy)
    .useValue(Object.assign(new DeliveryPolicy(), policy))
    .compile();
  module.useLogger(false);
  await module.init();
  const { clientId, companyId } = on ?? (await newTenant(database));
  const db = module.get(Database);
  const messages = module.get(Messages);
  const message = (messageId: string) => messages.get(clientId, messageId);
  return {
    database,
    clientId,
    companyId,
    db,
    messages,
    message,
    endpoints: module.get(Endpoints),
    again: module.get(SendAgain),
    tests: module.get(TestEndpoint),
    upkeep: module.get(DeliveryUpkeepTicks),
    publish: async (given = {}) => (await publish(db, { clientId, companyId }, [given]))[0] ?? '',
    publishMany: (count) =>
      publish(
        db,
        { clientId, companyId },
        Array.from({ length: count }, () => ({})),
      ),
    states: () => statesIn(database),
    hasten: () => hasten(database),
    attempts: async (messageId) => (await messages.attempts(clientId, messageId, { limit: 200 })).data,
    settled: (messageId) =>
      eventually(
        async () => {
          const read = await message(messageId);
          return read.deliveries.every(({ state }) => state !== 'pending') && read;
        },
        { what: 'the end of all deliveries' },
      ),
    close: async () => {
      await module.close();
      await storage.close();
    },
  };
}

function platformFor(config: Config, allow: readonly string[]) {
  @Global()
  @Module({
    providers: [
      { provide: Config, useValue: config },
      { provide: Outbound, useValue: new Outbound({ allow }) },
      { provide: Secrets, useValue: new AesGcmSecrets(config.encryptionKeys) },
      { provide: Contract, useValue: new Contract() },
      { provide: Ticks, useValue: new Ticks(new SchedulerRegistry()) },
      Counters,
      Cursors,
      Metrics,
    ],
    exports: [Config, Outbound, Secrets, Contract, Ticks, Counters, Cursors],
  })
  class TestPlatform {}
  return TestPlatform;
}

/** A client with one company, tagged `plan:pro` and `region:uk`. */
export async function newTenant({ superuserUrl }: TestDatabase) {
  const now = instantOf(Date.now());
  const clientId = makeId('cli', now);
  const companyId = makeId('com', now);
  await query(superuserUrl, `insert into client (id, name, created_at, updated_at) values ($1, 'Acme', now(), now())`, [
    clientId,
  ]);
  await query(
    superuserUrl,
    `insert into company (client_id, id, name, tags, created_at, updated_at)
     values ($1, $2, 'Corner Shop', '{"plan": "pro", "region": "uk"}', now(), now())`,
    [clientId, companyId],
  );
  return { clientId, companyId };
}

let published = 0;

async function publish(
  db: Database,
  { clientId, companyId }: { readonly clientId: string; readonly companyId: string },
  given: readonly Partial<NewMessage>[],
): Promise<readonly string[]> {
  const now = instantOf(Date.now());
  const messages = given.map((one): NewMessage => {
    published += 1;
    const type = 'sync.period.completed';
    return {
      // Ids of one moment sort at random: these are a millisecond apart.
      id: makeId('msg', instantOf(now + published)),
      clientId,
      companyId,
      connectionId: makeId('con', now),
      syncId: makeId('syn', now),
      periodId: makeId('per', now),
      runId: makeId('run', now),
      type,
      sequence: published,
      body: JSON.stringify({ type, timestamp: new Date(now).toISOString(), data: { published } }),
      ...one,
    };
  });
  await db.asDispatcher(async ({ outbox, jobs }) => jobs.enqueueDeliveries(await outbox.publish(messages, now)));
  return messages.map(({ id }) => id);
}

async function statesIn({ superuserUrl }: TestDatabase): Promise<Readonly<Record<string, number>>> {
  const rows = await query<{ state: string; count: number }>(
    superuserUrl,
    'select state, count(*)::int as count from webhook_delivery group by state',
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

export async function hasten({ superuserUrl }: TestDatabase): Promise<void> {
  await query(superuserUrl, 'update webhook_endpoint set paused_until = null where paused_until is not null');
  await query(
    superuserUrl,
    `update webhook_delivery set next_attempt_at = now() - interval '1 second'
      where state = 'pending' and next_attempt_at > now()`,
  );
  await query(
    superuserUrl,
    `update pgboss.job set start_after = now() - interval '1 second'
      where name = 'deliveries' and state in ('created', 'retry') and start_after > now()`,
  );
}
