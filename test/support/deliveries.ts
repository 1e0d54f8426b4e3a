import { randomBytes } from 'node:crypto';
import { Global, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { instantOf } from '../../src/domain/time/instant.js';
import { Config } from '../../src/platform/config.js';
import { Cursors } from '../../src/platform/cursors.js';
import { makeId } from '../../src/platform/new-id.js';
import { Contract } from '../../src/platform/openapi.js';
import { Outbound } from '../../src/platform/outbound/outbound.js';
import { AesGcmSecrets } from '../../src/platform/secrets.js';
import { Database } from '../../src/ports/database.js';
import { Secrets } from '../../src/ports/secrets.js';
import type { DeliveryAttempt, NewMessage, WebhookMessage } from '../../src/ports/webhooks.js';
import { openStorage } from '../../src/storage/open-storage.js';
import { StorageModule } from '../../src/storage/storage.module.js';
import { DeliveryPolicy } from '../../src/webhooks/delivery-policy.js';
import { Endpoints } from '../../src/webhooks/endpoints.js';
import { Messages } from '../../src/webhooks/messages.js';
import { WebhooksModule } from '../../src/webhooks/webhooks.module.js';
import { eventually } from './eventually.js';
import { createTestDatabase, query, type TestDatabase } from './postgres.js';

export type Policy = Partial<Pick<DeliveryPolicy, 'deadline' | 'keptAnswer' | 'concurrency' | 'nextAttemptAt'>>;

/** The webhooks room alone, on a real database and a real queue. */
export interface Deliveries {
  readonly database: TestDatabase;
  readonly clientId: string;
  readonly companyId: string;
  readonly endpoints: Endpoints;
  readonly messages: Messages;
  readonly db: Database;
  /** A message as a settlement would announce it; answers its id. */
  publish(message?: Partial<NewMessage>): Promise<string>;
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
    publish: (given = {}) => publish(db, { clientId, companyId }, given),
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
      Cursors,
    ],
    exports: [Config, Outbound, Secrets, Contract, Cursors],
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
  given: Partial<NewMessage>,
): Promise<string> {
  const now = instantOf(Date.now());
  const id = given.id ?? makeId('msg', now);
  published += 1;
  const message: NewMessage = {
    id,
    clientId,
    companyId,
    connectionId: makeId('con', now),
    syncId: makeId('syn', now),
    periodId: makeId('per', now),
    runId: makeId('run', now),
    type: 'sync.period.completed',
    sequence: published,
    body: JSON.stringify({
      type: 'sync.period.completed',
      timestamp: new Date(now).toISOString(),
      data: { published },
    }),
    ...given,
  };
  await db.asDispatcher(async ({ outbox, jobs }) => jobs.enqueueDeliveries(await outbox.publish([message], now)));
  return id;
}
