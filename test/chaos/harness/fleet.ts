import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.js';
import type { ChaosDatabase } from './chaos-database.js';
import { FaultProxy } from './fault-proxy.js';
import { Member } from './member.js';

export interface FleetOptions {
  readonly database: ChaosDatabase;
  /** The built product, `dist/src/main.js` or a mutant of it. */
  readonly entry: string;
  readonly outboundAllow: readonly string[];
  readonly api: number;
  readonly dispatchers: number;
  readonly workers: number;
  readonly workerConcurrency: number;
  /** `SOURCE_HOST_LIMITS` of each process. */
  readonly hostLimits: string;
}

/** The processes of one installation, each on a line of its own to the database. */
export class Fleet {
  private constructor(
    readonly members: readonly Member[],
    readonly adminKey: string,
    private readonly dataDir: string,
  ) {}

  static async start(options: FleetOptions): Promise<Fleet> {
    const dataDir = await mkdtemp(join(tmpdir(), 'meridian-fleet-'));
    const adminKey = `admin-${randomBytes(16).toString('hex')}`;
    const shared = {
      PORT: '0',
      DATA_DIR: dataDir,
      // Dozens of starts: compiling the same files anew is a third of what each costs.
      NODE_COMPILE_CACHE: join(tmpdir(), 'meridian-compile-cache'),
      ADMIN_KEY: adminKey,
      ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      WORKER_CONCURRENCY: String(options.workerConcurrency),
      SOURCE_HOST_LIMITS: options.hostLimits,
      OUTBOUND_ALLOW: options.outboundAllow.join(','),
      LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'warn',
    };
    const { database, entry } = options;
    const member = async (roles: string, n: number) => {
      const env = (port: number) => ({ ...shared, ROLES: roles, DATABASE_URL: database.urlThrough(port) });
      const proxy = await FaultProxy.start(() => database.port);
      return new Member({ name: `${roles} ${n + 1}`, roles, entry, env, proxy });
    };
    const many = (roles: string, count: number) => Array.from({ length: count }, (_, n) => member(roles, n));
    const members = await Promise.all([
      ...many('api', options.api),
      ...many('dispatcher', options.dispatchers),
      ...many('worker', options.workers),
    ]);
    const fleet = new Fleet(members, adminKey, dataDir);
    for (const one of members) one.start();
    await fleet.ready().catch(async (error: unknown) => {
      await fleet.close();
      throw new Error(members.map(({ name, said }) => `${name}: ${said}`).join('\n'), { cause: error });
    });
    return fleet;
  }

  /** Where the API answers now, if anywhere. */
  get apis(): readonly string[] {
    return this.members.flatMap(({ roles, url }) => (roles === 'api' && url !== undefined ? [url] : []));
  }

  async ready(): Promise<void> {
    const isReady = () => this.members.every(({ url }) => url !== undefined);
    await eventually(isReady, { timeout: 300_000, what: 'a fleet that is ready' });
  }

  /** Milliseconds until each process that is up says it is ready; fails after a minute. */
  async recovery(): Promise<number> {
    const began = performance.now();
    const isWell = async ({ url }: Member) => {
      if (url === undefined) return true;
      return (await fetch(`${url}/readyz`).catch(() => undefined))?.status === 200;
    };
    const areWell = async () => (await Promise.all(this.members.map(isWell))).every((well) => well);
    await eventually(areWell, { timeout: 60_000, what: 'a fleet that is well again' });
    return performance.now() - began;
  }

  async close(): Promise<void> {
    await Promise.all(this.members.map((member) => member.stop('SIGKILL')));
    await Promise.all(this.members.map(({ proxy }) => proxy.close()));
    await rm(this.dataDir, { recursive: true, force: true });
  }
}
