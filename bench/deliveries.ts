import 'reflect-metadata';
import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Global, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Client } from 'pg';
import { Webhook } from 'standardwebhooks';
import { Agent, request } from 'undici';
import { instantOf } from '../src/domain/time/instant.js';
import { Config } from '../src/platform/config.js';
import { Counters } from '../src/platform/counters.js';
import { Cursors } from '../src/platform/cursors.js';
import { makeId } from '../src/platform/new-id.js';
import { Metrics } from '../src/platform/metrics.js';
import { Contract } from '../src/platform/openapi.js';
import { Outbound } from '../src/platform/outbound/outbound.js';
import { AesGcmSecrets } from '../src/platform/secrets.js';
import { Ticks } from '../src/platform/ticks.js';
import { Database } from '../src/ports/database.js';
import { Secrets } from '../src/ports/secrets.js';
import { startEmbeddedDatabase } from '../src/storage/embedded/embedded-database.js';
import { openStorage } from '../src/storage/open-storage.js';
import { StorageModule } from '../src/storage/storage.module.js';
import { WebhooksModule } from '../src/webhooks/webhooks.module.js';
import { median, print } from './measure.js';

/** As many requests at the same time as an endpoint gets. */
const CONCURRENCY = 8;
const BODY = JSON.stringify({ type: 'sync.period.completed', data: 'x'.repeat(900) });
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const encryptionKeys = [{ id: 'bench', key: randomBytes(32) }] as const;

interface Bench {
  readonly receiver: ChildProcess;
  readonly origin: string;
  readonly databaseUrl: string;
  readonly superuser: Client;
  readonly clientId: string;
}

/** Deliveries a second, each recorded, of messages announced at once to some endpoints. */
async function ours(bench: Bench, count: number, endpoints: number): Promise<number> {
  const { superuser } = bench;
  await superuser.query('delete from webhook_endpoint; delete from webhook_message');
  const worker = await openApp(bench, ['worker']);
  await createEndpoints(bench, worker, endpoints);
  for (const statement of ['vacuum analyze', 'checkpoint']) await superuser.query(statement);
  // All at once: nothing is seen before the commit.
  await publish(bench, worker.get(Database), count / endpoints);
  const start = performance.now();
  while (await pending(bench)) await sleep(20);
  const seconds = (performance.now() - start) / 1000;
  await worker.close();
  const { rows } = await bench.superuser.query<{ count: number }>('select count(*)::int as count from webhook_attempt');
  if (rows[0]?.count !== count) throw new Error(`${rows[0]?.count} attempts for ${count} messages`);
  return count / seconds;
}

const pending = async ({ superuser }: Bench): Promise<boolean> =>
  ((await superuser.query(`select from webhook_delivery where state = 'pending' limit 1`)).rowCount ?? 0) > 0;

/** The same requests by undici alone. */
async function bare({ origin }: Bench, count: number): Promise<number> {
  const dispatcher = new Agent({ connections: CONCURRENCY, pipelining: 1 });
  const signer = new Webhook(SECRET);
  let sent = 0;
  const sender = async () => {
    while (sent < count) {
      sent += 1;
      const id = makeId('msg', instantOf(Date.now()));
      const now = new Date();
      const answer = await request(`${origin}/`, {
        dispatcher,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
          'webhook-signature': signer.sign(id, now, BODY),
        },
        body: BODY,
      });
      await answer.body.dump();
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: CONCURRENCY }, sender));
  const seconds = (performance.now() - start) / 1000;
  await dispatcher.close();
  return count / seconds;
}

async function createEndpoints({ clientId, origin }: Bench, app: INestApplicationContext, count: number) {
  const secrets = app.get(Secrets);
  await app.get(Database).asClient(clientId, async ({ webhookEndpoints }) => {
    for (let n = 0; n < count; n += 1) {
      const now = instantOf(Date.now());
      const id = makeId('whe', now);
      const signing = [{ secret: SECRET }];
      const sealed = secrets.seal(
        { clientId, id, purpose: 'webhook-endpoint.secret' },
        JSON.stringify({ signing, headers: {} }),
      );
      const url = `${origin}/${n}`;
      await webhookEndpoints.insert({ id, url, eventTypes: [], companyTags: [], secrets: sealed }, now);
    }
  });
}

async function publish({ clientId }: Bench, database: Database, count: number): Promise<void> {
  const now = instantOf(Date.now());
  const messages = Array.from({ length: count }, () => ({
    id: makeId('msg', now),
    clientId,
    companyId: makeId('com', now),
    connectionId: makeId('con', now),
    type: 'sync.period.completed',
    body: BODY,
  }));
  await database.asDispatcher(async ({ outbox, jobs }) => jobs.enqueueDeliveries(await outbox.publish(messages, now)));
}

async function openApp(
  bench: Bench,
  roles: readonly string[],
): Promise<INestApplicationContext & { close(): Promise<void> }> {
  const storage = await openStorage({
    url: bench.databaseUrl,
    backend: 'postgres',
    poolSize: 10,
    worker: roles.includes('worker'),
    onError: (error) => process.stderr.write(`${error.message}\n`),
  });
  const config = { roles: new Set(roles), encryptionKeys } as unknown as Config;
  @Global()
  @Module({
    providers: [
      { provide: Config, useValue: config },
      { provide: Outbound, useValue: new Outbound({ allow: [bench.origin] }) },
      { provide: Secrets, useValue: new AesGcmSecrets(encryptionKeys) },
      { provide: Contract, useValue: new Contract() },
      { provide: Ticks, useValue: new Ticks(new SchedulerRegistry()) },
      Counters,
      Cursors,
      Metrics,
    ],
    exports: [Config, Outbound, Secrets, Contract, Ticks, Counters, Cursors],
  })
  class Platform {}
  @Module({ imports: [StorageModule.for(storage), Platform, WebhooksModule.for(config)] })
  class App {}
  const app = await NestFactory.createApplicationContext(App, { logger: false });
  const close = app.close.bind(app);
  return Object.assign(app, {
    close: async () => {
      await close();
      await storage.close();
    },
  });
}

async function withBench<T>(work: (bench: Bench) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'meridian-bench-'));
  const embedded = await startEmbeddedDatabase({ dataDir });
  const receiver = fork(new URL('./receiver.js', import.meta.url));
  const [port] = (await once(receiver, 'message')) as [number];
  const clientId = makeId('cli', instantOf(Date.now()));
  const superuser = new Client({ connectionString: embedded.superuserUrl.replace(/\/postgres$/, '/meridian') });
  const bench = { receiver, origin: `http://127.0.0.1:${port}`, databaseUrl: embedded.url, superuser, clientId };
  try {
    await superuser.connect();
    await (await openApp(bench, ['api'])).close();
    await superuser.query(`insert into client (id, name, created_at, updated_at) values ($1, 'Bench', now(), now())`, [
      clientId,
    ]);
    return await work(bench);
  } finally {
    await superuser.end();
    receiver.disconnect();
    await embedded.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Row 9: deliveries a second to a receiver on loopback, each attempt recorded, against the same requests alone. */
export async function benchDeliveries(count: number, runs: number): Promise<void> {
  await withBench(async (bench) => {
    print(`Row 9: ${count} deliveries, ${CONCURRENCY} requests at a time to an endpoint.`);
    for (const endpoints of [1, 10, 100]) {
      const [alone, recorded]: [number[], number[]] = [[], []];
      for (let run = 0; run < runs; run += 1) {
        alone.push(await bare(bench, count));
        recorded.push(await ours(bench, count, endpoints));
      }
      const [theirs, own] = [median(alone), median(recorded)];
      print(
        `  ${endpoints} endpoint${endpoints === 1 ? '' : 's'}: bare ${theirs.toFixed(0)}/s, ` +
          `recorded ${own.toFixed(0)}/s (${(own / theirs).toFixed(2)}x)`,
      );
    }
  });
}
