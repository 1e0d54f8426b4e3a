import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createApp } from '../../src/create-app.js';
import { readConfig } from '../../src/platform/config.js';
import type { Instant } from '../../src/domain/time/instant.js';
import { openStorage } from '../../src/storage/open-storage.js';
import { EmbedFiles } from '../../src/sync-flow/embed-files.js';
import { checkAnswer } from './contract.js';
import { ManualClock } from './manual-clock.js';
import { createTestDatabase, type TestDatabase } from './postgres.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Tests read answers whose shape the contract has already checked.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

export type Api = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

export interface TestClient {
  readonly clientId: string;
  readonly apiKey: string;
  readonly api: Api;
}

export interface World {
  readonly baseUrl: string;
  readonly adminKey: string;
  readonly app: NestExpressApplication;
  readonly clock: ManualClock;
  readonly database: TestDatabase;
  /** Settings with which another process joins this one. */
  readonly env: Readonly<Record<string, string>>;
  readonly admin: Api;
  newClient(name?: string): Promise<TestClient>;
  close(): Promise<void>;
}

export interface WorldOptions {
  /** Default `api`; add `dispatcher,worker` to let syncs run. */
  readonly roles?: string;
  readonly workerConcurrency?: number;
  /** Origins on loopback that the product may call. */
  readonly outboundAllow?: readonly string[];
  /** Further settings, as environment variables. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Where the built set-up page is, instead of the build's own. */
  readonly embedFolder?: string;
  /** Instead of a copy of the template on the shared server. */
  readonly database?: TestDatabase;
  /** What the clock shows from the start; the real time unless given. */
  readonly now?: Instant;
}

/** The whole product in this process, on a database of its own, over real HTTP. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const database = options.database ?? (await createTestDatabase());
  const dataDir = await mkdtemp(join(tmpdir(), 'meridian-world-'));
  const adminKey = `admin-${randomBytes(16).toString('hex')}`;
  const env = {
    PORT: '0',
    DATA_DIR: dataDir,
    DATABASE_URL: database.url,
    ADMIN_KEY: adminKey,
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    ROLES: options.roles ?? 'api',
    WORKER_CONCURRENCY: String(options.workerConcurrency ?? 4),
    OUTBOUND_ALLOW: (options.outboundAllow ?? []).join(','),
    LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'error',
    ...options.settings,
  };
  const config = readConfig(env);
  const storage = await openStorage({
    url: database.url,
    backend: config.databaseBackend,
    poolSize: 10,
    worker: config.roles.has('worker'),
    onError: (error) => process.stderr.write(`${error.stack}\n`),
  });
  const clock = new ManualClock();
  if (options.now !== undefined) clock.runFrom(options.now);
  const app = await createApp(config, { ...storage, clock });
  if (options.embedFolder !== undefined) app.get(EmbedFiles, { strict: false }).readFrom(options.embedFolder);
  await app.listen(0, '127.0.0.1');
  const baseUrl = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  const admin = apiWith(baseUrl, adminKey);
  return {
    baseUrl,
    adminKey,
    app,
    clock,
    database,
    env,
    admin,
    newClient: (name = 'Acme') => newClient(baseUrl, admin, name),
    close: async () => {
      await app.close();
      await storage.close();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function newClient(baseUrl: string, admin: Api, name: string): Promise<TestClient> {
  const client = await admin('POST', '/admin/v1/clients', { name });
  if (client.status !== 201) throw new Error(`no client: ${client.status} ${JSON.stringify(client.body)}`);
  const key = await admin('POST', `/admin/v1/clients/${client.body.id}/api-keys`, {
    name: 'test',
    scopes: ['read', 'write'],
  });
  if (key.status !== 201) throw new Error(`no key: ${key.status} ${JSON.stringify(key.body)}`);
  return { clientId: client.body.id, apiKey: key.body.key, api: apiWith(baseUrl, key.body.key) };
}

/** Requests with a key; every answer is held against the contract. */
export function apiWith(baseUrl: string, key: string): Api {
  return async (method, path, body, headers = {}) => {
    const json: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const request: RequestInit = { method, headers: { authorization: `Bearer ${key}`, ...json, ...headers } };
    if (body !== undefined) request.body = JSON.stringify(body);
    const response = await fetch(`${baseUrl}${path}`, request);
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    const answer = { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
    checkAnswer(method, path, answer);
    return answer;
  };
}
