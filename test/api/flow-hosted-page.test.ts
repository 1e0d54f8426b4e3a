import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { integrityOf } from '../../src/sync-flow/embed-build.js';
import { EmbedFiles } from '../../src/sync-flow/embed-files.js';
import { allowPage, openPage, PAGE } from '../support/flow.js';
import { query } from '../support/postgres.js';
import { linkedConnection } from '../support/schedules.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

const SCRIPT = `export const page = ${JSON.stringify('x'.repeat(500))};\n`;
const integrity = integrityOf(Buffer.from(SCRIPT));

let world: World;
let acme: TestClient;
let sessionId: string;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-embed-'));
  await mkdir(join(folder, 'locales'));
  await writeFile(join(folder, 'hosted.js'), SCRIPT);
  await writeFile(join(folder, 'locales', 'de.js'), 'export default {};');
  await writeFile(join(folder, 'secret.txt'), 'not listed');
  const files = { 'hosted.js': integrity, 'locales/de.js': integrityOf(Buffer.from('export default {};')) };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ version: '1.4.2', files, published: true }));
  world = await startWorld({ embedFolder: folder });
  acme = await world.newClient();
  await allowPage(acme);
  const connection = (await acme.api('GET', `/v1/connections/${await linkedConnection(acme)}`)).body;
  sessionId = (await openPage(world, acme, connection.companyId)).id;
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${world.baseUrl}${path}`, { headers });

describe('the hosted page', () => {
  it('loads one script, from here, and exactly that', async () => {
    const html = await (await get(`/f/${sessionId}`)).text();
    expect(html.match(/<script[^>]*>/g)).toEqual([
      `<script type="module" src="/embed/1.4.2/hosted.js" integrity="${integrity}" crossorigin="anonymous">`,
    ]);
    expect(html).not.toMatch(/<style|style=|onload|javascript:|https?:/);
    const script = await get('/embed/1.4.2/hosted.js');
    expect(await script.text()).toBe(SCRIPT);
  });

  it('may be framed by the session’s origins, and does nothing but what it is for', async () => {
    const { headers, status } = await get(`/f/${sessionId}?utm_source=mail`);
    expect(status).toBe(200);
    expect(headers.get('content-security-policy')).toBe(
      `default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; ` +
        `form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors ${PAGE}`,
    );
    expect(Object.fromEntries(headers)).toMatchObject({
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'permissions-policy': expect.stringContaining('camera=()'),
    });
    expect(headers.get('set-cookie')).toBeNull();
  });

  it('loads the client’s logo, and takes no directive from a host that was saved before hosts were checked', async () => {
    const images = async (logoUrl: string) => {
      const branding = JSON.stringify({ logoUrl });
      const sql = 'update client set branding = $2 where id = $1';
      await query(world.database.superuserUrl, sql, [acme.clientId, branding]);
      const policy = (await get(`/f/${sessionId}`)).headers.get('content-security-policy') ?? '';
      return policy
        .split(';')
        .flatMap((directive) => (/img-src|frame-ancestors/.test(directive) ? directive.trim() : []));
    };
    const framers = `frame-ancestors ${PAGE}`;
    expect(await images('https://cdn.example:8443/a.svg')).toEqual([
      `img-src 'self' https://cdn.example:8443`,
      framers,
    ]);
    expect(await images('https://a;frame-ancestors/a.svg')).toEqual([`img-src 'self'`, framers]);
    expect(await images('https://*/a.svg')).toEqual([`img-src 'self'`, framers]);
  });

  it.each([`fs_${'0'.repeat(26)}`, 'nonsense', '%3Cscript%3E'])('tells nothing of %s', async (id) => {
    const [known, unknown] = [await get(`/f/${sessionId}`), await get(`/f/${id}`)];
    expect(unknown.status).toBe(200);
    expect(await unknown.text()).toBe(await known.text());
    expect(unknown.headers.get('content-security-policy')).toContain(`frame-ancestors 'none'`);
  });
});

describe('the files of the element', () => {
  it('are for pages of any origin, and for ever', async () => {
    const { headers } = await get('/embed/1.4.2/hosted.js');
    expect(Object.fromEntries(headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
      'cross-origin-resource-policy': 'cross-origin',
    });
  });

  it('of a major move on', async () => {
    const { headers, status } = await get('/embed/1/hosted.js');
    expect([status, headers.get('cache-control')]).toEqual([200, 'public, max-age=300']);
  });

  it('are sent packed to whoever can unpack them', async () => {
    const packed = await get('/embed/1.4.2/hosted.js', { 'accept-encoding': 'gzip' });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(packed.headers.get('vary')).toContain('Accept-Encoding');
    expect(gunzipSync(new EmbedFiles(folder).find('1.4.2', 'hosted.js')?.file.gzip ?? '').toString()).toBe(SCRIPT);
    const plain = await get('/embed/1.4.2/hosted.js', { 'accept-encoding': 'identity' });
    expect(plain.headers.get('content-encoding')).toBeNull();
  });

  it('are listed with what a page pins them by', async () => {
    const manifest = (await (await get('/embed/1.4.2/manifest.json')).json()) as { files: Record<string, string> };
    expect(manifest.files['hosted.js']).toBe(integrity);
    expect((await get('/embed/1.4.2/locales/de.js')).status).toBe(200);
  });

  it.each([
    '/embed/1.4.2/secret.txt',
    '/embed/1.4.2/..%2f..%2fpackage.json',
    '/embed/1.4.2/%2e%2e/%2e%2e/etc/passwd',
    '/embed/1.4.2/toString',
    '/embed/1.4.1/hosted.js',
    '/embed/2/hosted.js',
    '/embed/1.4.2/',
  ])('are no others: %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });
});
