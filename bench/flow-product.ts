import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../src/create-app.js';
import { readConfig } from '../src/platform/config.js';
import { startEmbeddedDatabase } from '../src/storage/embedded/embedded-database.js';
import { openStorage } from '../src/storage/open-storage.js';

/** The product's API over HTTP, with one client whose one company has a shop to set up. */
export interface FlowProduct {
  readonly baseUrl: string;
  /** Lets the pages of an origin use the client's sessions. */
  allow(origin: string): Promise<void>;
  openSession(): Promise<{ readonly token: string; readonly hostedUrl: string }>;
  close(): Promise<void>;
}

export async function startFlowProduct(): Promise<FlowProduct> {
  const dataDir = await mkdtemp(join(tmpdir(), 'meridian-bench-'));
  const embedded = await startEmbeddedDatabase({ dataDir });
  const admin = randomBytes(32).toString('hex');
  const config = readConfig({
    PORT: '0',
    DATA_DIR: dataDir,
    DATABASE_URL: embedded.url,
    ADMIN_KEY: admin,
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    ROLES: 'api',
    LOG_LEVEL: 'error',
  });
  const onError = (error: Error): unknown => process.stderr.write(`${error.message}\n`);
  const storage = await openStorage({ url: embedded.url, backend: 'postgres', poolSize: 10, worker: false, onError });
  const app = await createApp(config, storage);
  await app.listen(0, '127.0.0.1');
  const baseUrl = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  return {
    ...(await newShop(baseUrl, admin)),
    baseUrl,
    close: async () => {
      await app.close();
      await storage.close();
      await embedded.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

type Answer = Readonly<Record<string, string>>;

/** Throws what the product says to a request that it refuses. */
const asker =
  (baseUrl: string, key: string) =>
  async (method: string, path: string, body: unknown): Promise<Answer> => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const response = await fetch(baseUrl + path, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  };

const listing = { idField: 'id', updatedAtField: 'updatedAt' };

async function newShop(baseUrl: string, adminKey: string): Promise<Pick<FlowProduct, 'allow' | 'openSession'>> {
  const admin = asker(baseUrl, adminKey);
  const { id } = await admin('POST', '/admin/v1/clients', { name: 'Acme POS' });
  const scopes = ['read', 'write'];
  const { key = '' } = await admin('POST', `/admin/v1/clients/${id}/api-keys`, { name: 'bench', scopes });
  const client = asker(baseUrl, key);
  const company = await client('POST', '/v1/companies', { name: 'Corner Shop' });
  const models = { orders: { path: '/orders', ...listing }, fees: { path: '/fees', ...listing } };
  // Nothing is ever read from there.
  const settings = { baseUrl: 'https://shop.example.com', models };
  await client('POST', `/v1/companies/${company['id']}/connections`, { platform: 'rest', name: 'Till', settings });
  return {
    allow: async (origin) => void (await client('PATCH', '/v1/client', { allowedOrigins: [origin] })),
    openSession: async () => {
      const session = await client('POST', `/v1/companies/${company['id']}/flow-sessions`, {});
      const { token = '', hostedUrl = '' } = session;
      return { token, hostedUrl };
    },
  };
}
