import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../src/platform/config.js';
import type { Environment } from '../../src/platform/settings-reader.js';

const folder = () => mkdtempSync(join(tmpdir(), 'meridian-config-'));
const key = Buffer.alloc(32, 7).toString('base64');
const onServer = {
  DATABASE_URL: 'postgres://u:hunter2@db/meridian',
  ADMIN_KEY: 'a'.repeat(20),
  ENCRYPTION_KEY: key,
} as const;
const refusalOf = (env: Environment): string => {
  try {
    readConfig(env);
    return '';
  } catch (error) {
    return error instanceof ConfigError ? error.message : String(error);
  }
};

describe('the settings', () => {
  it('tell how many runs there may be at a host', () => {
    const { sourceLimits } = readConfig({
      ...onServer,
      SOURCE_HOST_LIMIT: '8',
      SOURCE_HOST_LIMITS: 'Shop.example.com=4, [::1]=2,api.example.com=10000',
    });
    expect(sourceLimits.most).toBe(8);
    expect([...sourceLimits.exceptions]).toEqual([
      ['shop.example.com', 4],
      ['[::1]', 2],
      ['api.example.com', 10_000],
    ]);
    expect(readConfig(onServer).sourceLimits).toEqual({ exceptions: new Map() });
  });

  it('tell under which address browsers find the product', () => {
    for (const url of [
      'https://sync.example.com',
      'https://sync.example.com:8443',
      'http://localhost:3000',
      'http://127.0.0.1',
      'http://[::1]:3000',
    ])
      expect(readConfig({ ...onServer, PUBLIC_URL: url }).publicUrl).toBe(url);
    expect(readConfig(onServer).publicUrl).toBeUndefined();
    for (const url of [
      'https://sync.example.com/',
      'https://sync.example.com/meridian',
      'sync.example.com',
      'ftp://sync.example.com',
    ])
      expect(refusalOf({ ...onServer, PUBLIC_URL: url })).toContain('PUBLIC_URL is');
    for (const url of ['http://sync.example.com', 'http://10.0.0.5:3000', 'http://localhost.example.com'])
      expect(refusalOf({ ...onServer, PUBLIC_URL: url })).toContain('give https');
    expect(readConfig({ ...onServer, EMBED_DIR: '/var/lib/meridian/embed' }).embedDir).toBe('/var/lib/meridian/embed');
  });

  it('tell which proxies stand in front', () => {
    const read = (text: string) => readConfig({ ...onServer, TRUSTED_PROXIES: text }).trustedProxies;
    expect([read(''), read('1'), read('20')]).toEqual([undefined, 1, 20]);
    expect(read('loopback, 10.0.0.0/8,192.0.2.7,fd00::/8,2001:db8::1')).toEqual([
      'loopback',
      '10.0.0.0/8',
      '192.0.2.7',
      'fd00::/8',
      '2001:db8::1',
    ]);
    for (const text of [
      '0',
      '21',
      'true',
      'all',
      'proxy.example',
      '10.0.0.0/33',
      '10.0.0.0/x',
      '0.0.0.0/0',
      '::/0',
      '10.1',
    ])
      expect(refusalOf({ ...onServer, TRUSTED_PROXIES: text })).toContain(`TRUSTED_PROXIES is "${text}": give `);
  });

  it('tell every host at fault at once', () => {
    const wrong = [
      'a.example=0',
      'b.example',
      'https://c.example=3',
      'd.example:8080=3',
      'e.example/x=3',
      'f.example=x',
    ];
    const SOURCE_HOST_LIMITS = [...wrong, 'g.example=1', 'G.example=2'].join(',');
    const refusal = refusalOf({ ...onServer, SOURCE_HOST_LIMIT: '0', SOURCE_HOST_LIMITS });
    for (const item of ['0', ...wrong, 'G.example=2']) expect(refusal).toContain(`is ${JSON.stringify(item)}`);
    expect(refusal).not.toContain('"g.example=1"');
  });

  it('all have defaults, on the embedded database', () => {
    const dataDir = join(folder(), 'new');
    const config = readConfig({ DATA_DIR: dataDir });
    expect(config).toMatchObject({ port: 3000, databaseBackend: 'postgres', workerConcurrency: 8, demo: true });
    expect([config.databaseUrl, config.outboundAllow, config.logLevel]).toEqual([undefined, [], 'info']);
    expect([...config.roles]).toEqual(['api', 'dispatcher', 'worker']);
    expect(config.encryptionKeys.map((one) => one.key.length)).toEqual([32]);
  });

  it('make the keys once, for the owner of the process only', () => {
    const dataDir = folder();
    const first = readConfig({ DATA_DIR: dataDir });
    const second = readConfig({ DATA_DIR: dataDir });
    expect([second.adminKey, second.encryptionKeys]).toEqual([first.adminKey, first.encryptionKeys]);
    expect(first.adminKey).not.toBe(readConfig({ DATA_DIR: folder() }).adminKey);
    for (const name of ['admin-key', 'encryption-key']) {
      expect(statSync(join(dataDir, name)).mode & 0o777).toBe(0o600);
      expect(readFileSync(join(dataDir, name), 'utf8')).toMatch(/^\S+\n$/);
    }
  });

  it('are read from the environment', () => {
    const config = readConfig({
      ...onServer,
      PORT: '8080',
      DATABASE_BACKEND: 'citus',
      ROLES: 'worker, api',
      WORKER_CONCURRENCY: '32',
      DEMO: 'true',
      OUTBOUND_ALLOW: 'http://127.0.0.1:4000, https://shop.internal',
      LOG_LEVEL: 'warn',
    });
    expect(config).toMatchObject({ port: 8080, databaseBackend: 'citus', workerConcurrency: 32, demo: true });
    expect([...config.roles]).toEqual(['api', 'worker']);
    expect(config.outboundAllow).toEqual(['http://127.0.0.1:4000', 'https://shop.internal']);
    expect(config.logLevel).toBe('warn');
  });

  it('turn the demo off where there is a database server', () => {
    expect(readConfig(onServer).demo).toBe(false);
  });

  it('may hold several encryption keys, of which the first seals', () => {
    const config = readConfig({
      ...onServer,
      ENCRYPTION_KEY: `new:${Buffer.alloc(32, 8).toString('base64')},old:${key}`,
    });
    expect(config.encryptionKeys.map(({ id }) => id)).toEqual(['new', 'old']);
  });

  it('need both keys where there is a database server', () => {
    const message = refusalOf({ DATABASE_URL: onServer.DATABASE_URL });
    expect(message).toMatch(/ADMIN_KEY is missing/);
    expect(message).toMatch(/ENCRYPTION_KEY is missing/);
  });

  it('report every problem at once, with the value and the way out', () => {
    const message = refusalOf({
      DATA_DIR: folder(),
      PORT: '70000',
      DATABASE_BACKEND: 'mysql',
      ROLES: 'api,cook',
      WORKER_CONCURRENCY: '0',
      DEMO: 'maybe',
      OUTBOUND_ALLOW: 'http://127.0.0.1:4000/shop',
      LOG_LEVEL: 'loud',
    });
    for (const part of [
      'PORT is "70000": give',
      '"mysql"',
      '"api,cook"',
      'WORKER_CONCURRENCY',
      '"maybe"',
      '4000/shop',
      '"loud"',
    ]) {
      expect(message).toContain(part);
    }
  });

  it('never repeat a secret', () => {
    const env = { DATABASE_URL: 'mysql://u:hunter2@db', ADMIN_KEY: 'hunter2', ENCRYPTION_KEY: 'hunter2' };
    const message = refusalOf(env);
    for (const name of Object.keys(env)) expect(message).toContain(name);
    expect(message).not.toContain('hunter2');
  });

  it.each(['main', 'a:AAAA', `a:${key},a:${key}`, `${key},`.repeat(2)])('refuse the encryption key %s', (text) => {
    expect(refusalOf({ ...onServer, ENCRYPTION_KEY: text })).toContain('ENCRYPTION_KEY must be');
  });

  it('cannot be changed', () => {
    const config = readConfig(onServer);
    expect(() => Object.assign(config, { port: 1 })).toThrow(TypeError);
  });
});
