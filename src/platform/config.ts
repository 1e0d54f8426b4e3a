import { parseEncryptionKey, type EncryptionKey, type EncryptionKeys } from './encryption-key.js';
import { KeyFiles } from './key-files.js';
import type { SourceLimits } from '../domain/load/run-limits.js';
import { SettingsReader, type Environment } from './settings-reader.js';
import { readSourceLimits } from './source-limits.js';
import { readTrustedProxies, type TrustedProxies } from './trusted-proxies.js';

/** What one process does; all of it by default. */
export type Role = 'api' | 'dispatcher' | 'worker';
/** The kinds of PostgreSQL Meridian runs on. */
export type DatabaseBackend = 'postgres' | 'citus' | 'yugabytedb';
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

const roles: readonly Role[] = ['api', 'dispatcher', 'worker'];
const backends: readonly DatabaseBackend[] = ['postgres', 'citus', 'yugabytedb'];
const logLevels: readonly LogLevel[] = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];
type Settings = Omit<Config, 'allowing'>;

/** The settings of one process: read once at the start, right, and never changed. */
export class Config {
  readonly port: number;
  /** Origin under which browsers reach the API, e.g. `https://sync.example.com`; absent: as each request has it. */
  readonly publicUrl?: string;
  /** Whose `X-Forwarded-For` and `X-Forwarded-Proto` count; absent: nobody's. */
  readonly trustedProxies?: TrustedProxies;
  /** Folder of the embedded database and of the keys made for it. */
  readonly dataDir: string;
  /** Absent: the embedded database. */
  readonly databaseUrl?: string;
  readonly databaseBackend: DatabaseBackend;
  /** The operator's key for /admin. */
  readonly adminKey: string;
  /** The first seals; all of them open. Never empty. */
  readonly encryptionKeys: EncryptionKeys;
  readonly roles: ReadonlySet<Role>;
  /** Runs this process executes at the same time. */
  readonly workerConcurrency: number;
  /** Most runs at the same time at the host of a source. */
  readonly sourceLimits: SourceLimits;
  readonly demo: boolean;
  /** Folder of every version of the set-up page that was served; absent: this build's alone. */
  readonly embedDir?: string;
  /** Origins exempt from the rules for outbound requests, e.g. `http://127.0.0.1:4000`. */
  readonly outboundAllow: readonly string[];
  readonly logLevel: LogLevel;

  constructor(settings: Settings) {
    Object.assign(this, settings);
    Object.freeze(this);
  }

  /** The same settings, with more origins exempt. */
  allowing(origins: readonly string[]): Config {
    return new Config(Object.assign({}, this, { outboundAllow: [...this.outboundAllow, ...origins] }));
  }
}

/** Every setting that is wrong, one a line, with the way out. Values of secrets are never repeated. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(['These settings are wrong:', ...problems.map((problem) => `- ${problem}`)].join('\n'));
    this.name = 'ConfigError';
  }
}

/**
 * Reads the settings from environment variables. Without DATABASE_URL the two keys are made on the first
 * start and kept in DATA_DIR. Throws ConfigError with every problem at once.
 */
export function readConfig(env: Environment): Config {
  const problems: string[] = [];
  const read = new SettingsReader(env, problems);
  const databaseUrl = read.databaseUrl();
  const dataDir = read.text('DATA_DIR') ?? '.data';
  const plain = {
    port: read.integer('PORT', { min: 0, max: 65_535, otherwise: 3000 }),
    dataDir,
    publicUrl: read.publicUrl('PUBLIC_URL'),
    trustedProxies: readTrustedProxies(read),
    embedDir: read.text('EMBED_DIR'),
    databaseUrl,
    databaseBackend: read.oneOf('DATABASE_BACKEND', backends, 'postgres'),
    roles: new Set(read.listOf('ROLES', roles)),
    workerConcurrency: read.integer('WORKER_CONCURRENCY', { min: 1, max: 1000, otherwise: 8 }),
    sourceLimits: readSourceLimits(read),
    demo: read.yesOrNo('DEMO', databaseUrl === undefined),
    outboundAllow: read.origins('OUTBOUND_ALLOW'),
    logLevel: read.oneOf('LOG_LEVEL', logLevels, 'info'),
  };
  const given = { adminKey: read.adminKey(), encryptionKeys: read.encryptionKeys() };
  if (databaseUrl !== undefined) read.needKeys();
  if (problems.length > 0) throw new ConfigError(problems);
  const made = new KeyFiles(dataDir);
  return new Config({
    ...plain,
    adminKey: given.adminKey ?? made.adminKey(),
    encryptionKeys: given.encryptionKeys ?? [parsedKey(made.encryptionKey())],
  });
}

/** The settings of this process. The only reader of `process.env`. */
export const readProcessConfig = (): Config => readConfig(process.env);

function parsedKey(text: string): EncryptionKey {
  const key = parseEncryptionKey(text);
  if (!key) throw new ConfigError(['The encryption key kept in DATA_DIR is damaged: put back a copy of the file.']);
  return key;
}
