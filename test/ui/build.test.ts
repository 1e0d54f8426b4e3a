import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { components } from '../../src/platform/openapi.types.js';
import type * as ours from '../../src/ui/sync-flow/api/contract.js';

const BUILT = 'dist/ui/sync-flow';
const run = promisify(execFile);
const read = (name: string) => readFileSync(`${BUILT}/${name}`);
const gzipped = (name: string) => gzipSync(read(name), { level: 9 }).length;
const scripts = readdirSync(BUILT).filter((name) => name.endsWith('.js'));
const named = (prefix: string) => scripts.filter((name) => name.startsWith(`${prefix}-`));

describe('what a page has to fetch, gzipped', () => {
  it('is at most 20 KB for the element', () => {
    expect(gzipped('sync-flow.js')).toBeLessThanOrEqual(20_480);
  });

  it('is at most 12 KB for the time zones, and for the screens after the first', () => {
    for (const name of [...named('zone-rows'), ...named('later-screens')]) {
      expect(gzipped(name)).toBeLessThanOrEqual(12_288);
    }
  });

  it.each(['en', 'es', 'fr', 'de', 'pt-BR', 'ja', 'ar'])('is at most 3 KB for the words of %s', (locale) => {
    const [name = ''] = named(locale);
    expect(gzipped(name)).toBeLessThanOrEqual(3072);
  });

  it('is at most 30 KB until the first question can be answered', () => {
    const [english = ''] = named('en');
    expect(gzipped('sync-flow.js') + gzipped(english)).toBeLessThanOrEqual(30_720);
  });

  it('is at most 3 KB for the client without looks', () => {
    expect(gzipped('npm/dist/client.js')).toBeLessThanOrEqual(3072);
  });
});

describe('the manifest', () => {
  const { version, files, published } = JSON.parse(read('manifest.json').toString()) as {
    readonly version: string;
    readonly files: Readonly<Record<string, string>>;
    readonly published: boolean;
  };

  it('pins every script', () => {
    expect(Object.keys(files).toSorted()).toEqual(scripts.toSorted());
    for (const [name, integrity] of Object.entries(files)) {
      expect(integrity).toBe(`sha384-${createHash('sha384').update(read(name)).digest('base64')}`);
    }
  });

  it('says whether its version is one that was published', () => {
    const list = JSON.parse(readFileSync('src/ui/sync-flow/published.json', 'utf8')) as Record<string, unknown>;
    expect(published).toBe(Object.hasOwn(list, version));
  });

  it('names the version of the product and of the package', () => {
    for (const file of ['package.json', 'src/ui/sync-flow/package.json']) {
      expect((JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version).toBe(version);
    }
  });

  it('has scripts that fetch only what it lists', () => {
    const fetched = scripts.flatMap((name) => [
      ...read(name)
        .toString()
        .matchAll(/(?:import\(|from)\s*[`'"]\.\/([^`'"]+)/g),
    ]);
    expect(fetched.length).toBeGreaterThan(8);
    for (const [, name = ''] of fetched) expect(Object.keys(files)).toContain(name);
  });
});

describe('the package', () => {
  it('can be imported on a server, where it defines nothing', async () => {
    const code = `const { SyncFlow } = await import('./${BUILT}/npm/dist/sync-flow.js'); console.log(typeof SyncFlow);`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code]);
    expect(stdout.trim()).toBe('function');
  });

  it('has every file that its exports name', () => {
    const { exports } = JSON.parse(read('npm/package.json').toString()) as { exports: Record<string, unknown> };
    const paths = Object.values(exports)
      .flatMap((entry) => (typeof entry === 'string' ? [entry] : Object.values(entry as Record<string, string>)))
      .filter((path) => !path.includes('*'));
    expect(paths.length).toBeGreaterThan(6);
    expect(paths.filter((path) => !existsSync(`${BUILT}/npm/${path}`))).toEqual([]);
  });

  it('says in custom-elements.json what the element has', () => {
    const manifest = JSON.stringify(JSON.parse(read('npm/dist/custom-elements.json').toString()));
    const source = scripts.map((name) => read(name).toString()).join('\n');
    const events = [...new Set(source.match(/syncflow-[a-z]+/g))];
    const variables = [...new Set(source.match(/--sf-[a-z]+(-[a-z]+)*/g))].filter((name) => name !== '--sf-');
    expect(events.toSorted()).toHaveLength(7);
    for (const name of [...events, ...variables]) expect(manifest).toContain(`"${name}"`);
  });
});

/** Fails to compile when openapi.yaml says something that the page does not understand. */
it('the page understands what the contract says', () => {
  type Schemas = components['schemas'];
  const bootstrap = (said: Schemas['FlowBootstrap']): ours.FlowBootstrap => said;
  const preview = (said: Schemas['FlowPreview']): ours.FlowPreview => said;
  const saved = (said: Schemas['FlowConfigured']): ours.FlowSaved => said;
  const status = (said: Schemas['FlowStatus']): ours.FlowStatus => said;
  const acted = (said: Schemas['FlowActed']): ours.FlowActed => said;
  const runs = (said: Schemas['FlowRunList']): ours.FlowRuns => said;
  expect([bootstrap, preview, saved, status, acted, runs]).toHaveLength(6);
});
