import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/platform/config.js';
import { integrityOf } from '../../src/sync-flow/embed-build.js';
import { keepBuild } from '../../src/sync-flow/kept-builds.js';
import { startWorld, type World } from '../support/world.js';

let folder: string;
let kept: string;
let world: World;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-kept-'));
  kept = join(folder, 'kept');
  for (const version of ['1.4.2', '1.9.0', '1.10.0', '1.11.0-beta.1', '2.0.0']) keepBuild(await build(version), kept);
  world = await startWorld({ embedFolder: await build('3.1.0'), settings: { EMBED_DIR: kept } });
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

/** What a build of the element leaves, with one script. */
async function build(
  version: string,
  { script = `export const version = '${version}';`, published = true } = {},
): Promise<string> {
  const place = await mkdtemp(join(folder, 'build-'));
  await mkdir(join(place, 'locales'));
  await writeFile(join(place, 'sync-flow.js'), script);
  await writeFile(join(place, 'locales', 'de.js'), 'export default {};');
  await writeFile(join(place, 'secret.txt'), 'not listed');
  const files = {
    'sync-flow.js': integrityOf(Buffer.from(script)),
    'locales/de.js': integrityOf(Buffer.from('export default {};')),
  };
  await writeFile(join(place, 'manifest.json'), JSON.stringify({ version, files, published }));
  return place;
}

const get = async (path: string) => {
  const answer = await fetch(`${world.baseUrl}${path}`);
  return { status: answer.status, text: await answer.text(), cache: answer.headers.get('cache-control') };
};

describe('a page that pins a version', () => {
  it.each(['1.4.2', '1.9.0', '1.10.0', '1.11.0-beta.1', '2.0.0', '3.1.0'])(
    'finds %s after an upgrade',
    async (version) => {
      expect(await get(`/embed/${version}/sync-flow.js`)).toEqual({
        status: 200,
        text: `export const version = '${version}';`,
        cache: 'public, max-age=31536000, immutable',
      });
      expect((await get(`/embed/${version}/locales/de.js`)).status).toBe(200);
      expect(JSON.parse((await get(`/embed/${version}/manifest.json`)).text)).toMatchObject({ version });
    },
  );

  it.each([
    '/embed/1.4.3/sync-flow.js',
    '/embed/1.4.2/secret.txt',
    '/embed/4/sync-flow.js',
    '/embed/..%2f3.1.0/sync-flow.js',
    '/embed/1.4.2/..%2f1.9.0%2fsync-flow.js',
    '/embed/1.4/sync-flow.js',
  ])('finds no other: %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it.each([
    ['1', '1.10.0'],
    ['2', '2.0.0'],
    ['3', '3.1.0'],
  ])('follows the releases of major %s', async (major, version) => {
    expect(await get(`/embed/${major}/sync-flow.js`)).toMatchObject({
      text: `export const version = '${version}';`,
      cache: 'public, max-age=300',
    });
  });

  it('that follows a major finds the parts of the script that it loaded before an upgrade', async () => {
    const before = await build('2.5.0');
    const part = 'export default {};';
    await writeFile(join(before, 'later-Ab1.js'), part);
    const files = { 'later-Ab1.js': integrityOf(Buffer.from(part)) };
    await writeFile(join(before, 'manifest.json'), JSON.stringify({ version: '2.5.0', files, published: true }));
    keepBuild(before, kept);
    keepBuild(await build('2.6.0'), kept);
    expect(await get('/embed/2/later-Ab1.js')).toEqual({ status: 200, text: part, cache: 'public, max-age=300' });
    expect(await get('/embed/2/sync-flow.js')).toMatchObject({ text: `export const version = '2.6.0';` });
    expect((await get('/embed/3/later-Ab1.js')).status).toBe(404);
    // The major of the build that serves, which is the newest and lacks the part.
    await writeFile(join(before, 'manifest.json'), JSON.stringify({ version: '3.0.5', files, published: true }));
    keepBuild(before, kept);
    expect(await get('/embed/3/later-Ab1.js')).toEqual({ status: 200, text: part, cache: 'public, max-age=300' });
    expect(await get('/embed/3/sync-flow.js')).toMatchObject({ text: `export const version = '3.1.0';` });
  });

  it('is served nothing that was changed afterwards', async () => {
    keepBuild(await build('1.0.0'), kept);
    await writeFile(join(kept, '1.0.0', 'sync-flow.js'), 'alert(1)');
    const { status, text } = await get('/embed/1.0.0/sync-flow.js');
    expect(status).toBe(500);
    expect(text).not.toContain('alert');
  });
});

describe('a build that is kept', () => {
  it('is kept once, as it is listed, however often it starts', async () => {
    const first = await build('5.0.0');
    for (const _ of [1, 2]) keepBuild(first, kept);
    keepBuild(await build('5.0.0'), kept);
    expect(await readFile(join(kept, '5.0.0', 'sync-flow.js'), 'utf8')).toBe(`export const version = '5.0.0';`);
    await expect(readFile(join(kept, '5.0.0', 'secret.txt'))).rejects.toThrow('ENOENT');
  });

  it('under a version that has other files is refused, with the way out, and changes nothing', async () => {
    keepBuild(await build('6.0.0'), kept);
    const other = await build('6.0.0', { script: 'export const changed = true;' });
    expect(() => keepBuild(other, kept)).toThrow(ConfigError);
    expect(() => keepBuild(other, kept)).toThrow(
      /EMBED_DIR holds other files .* as published under version 6\.0\.0 .* another version/,
    );
    expect(await readFile(join(kept, '6.0.0', 'sync-flow.js'), 'utf8')).toContain('6.0.0');
  });

  it('and was not published is replaced by the next, is never sure to stay, and then is published', async () => {
    const made = (script: string, published: boolean) => build('7.0.0', { script, published });
    const parts = async () => (await readdir(kept)).filter((name) => name.startsWith('.'));
    for (const script of ['export const draft = 1;', 'export const draft = 2;']) {
      keepBuild(await made(script, false), kept);
      for (const version of ['7.0.0', '7'])
        expect(await get(`/embed/${version}/sync-flow.js`)).toEqual({ status: 200, text: script, cache: 'no-cache' });
    }
    const tag = (await fetch(`${world.baseUrl}/embed/7.0.0/sync-flow.js`)).headers.get('etag') ?? '';
    const ask = (known: string) =>
      fetch(`${world.baseUrl}/embed/7.0.0/sync-flow.js`, { headers: { 'if-none-match': known } });
    expect([(await ask(tag)).status, (await ask('W/"other"')).status]).toEqual([304, 200]);
    keepBuild(await made('export const draft = 2;', true), kept);
    expect(await get('/embed/7.0.0/sync-flow.js')).toMatchObject({ cache: 'public, max-age=31536000, immutable' });
    keepBuild(await made('export const draft = 2;', false), kept);
    expect(await get('/embed/7.0.0/sync-flow.js')).toMatchObject({ cache: 'public, max-age=31536000, immutable' });
    const later = await made('export const draft = 3;', false);
    expect(() => keepBuild(later, kept)).toThrow('as published under version 7.0.0');
    expect((await get('/embed/7.0.0/sync-flow.js')).text).toBe('export const draft = 2;');
    expect(await parts()).toEqual([]);
  });

  it('has a version', async () => {
    expect(() => keepBuild(join(folder, 'nothing'), kept)).toThrow('manifest.json');
    const nameless = await build('../7');
    expect(() => keepBuild(nameless, kept)).toThrow('which is no version');
  });
});
