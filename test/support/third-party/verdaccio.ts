import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runServer } from 'verdaccio';
import { close, listen } from '../list-source.js';
import { ask, send, type ThirdPartyServer } from './third-party-server.js';

/**
 * Verdaccio, a registry of npm packages: lists what it holds by `from` and `size`, and can neither filter nor sort.
 * The `total` it tells is that of the page, so the settings leave it out. It keeps its own time.
 */
export async function startVerdaccio(): Promise<ThirdPartyServer> {
  const dir = await mkdtemp(join(tmpdir(), 'meridian-verdaccio-'));
  const storage = join(dir, 'storage');
  const server = (await runServer(configuration(dir, storage))) as Server;
  const origin = await listen(server);
  const document = (id: string) => ask<PackageDocument>(`${origin}/${id}`);
  return {
    settings: {
      baseUrl: origin,
      models: {
        packages: {
          path: '-/v1/search',
          recordsPath: 'objects',
          idField: 'package.name',
          updatedAtField: 'package.time.modified',
          pagination: { type: 'offset', offsetParam: 'from', sizeParam: 'size' },
          pageSize: 10,
        },
      },
    },
    put: async (id, title) => {
      const versions = Object.keys((await document(id))?.versions ?? {});
      await send('PUT', `${origin}/${id}`, publication(origin, { id, title, version: `1.${versions.length}.0` }));
    },
    remove: async (id) => send('DELETE', `${origin}/${id}/-rev/${(await document(id))?._rev}`),
    content: async () => {
      const entries = await readdir(storage, { withFileTypes: true });
      const documents = await Promise.all(
        entries.filter((entry) => entry.isDirectory()).map(({ name }) => document(name)),
      );
      return new Map(documents.flatMap((found) => (found === undefined ? [] : [[found.name, titleIn(found)]])));
    },
    titleOf: (data) => (data['package'] as { readonly description?: unknown }).description,
    close: async () => {
      await close(server);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Anyone may publish, and nothing is looked up in another registry. */
const configuration = (dir: string, storage: string) => ({
  configPath: join(dir, 'config.yaml'),
  self_path: dir,
  storage,
  uplinks: {},
  packages: { '**': { access: '$all', publish: '$all', unpublish: '$all' } },
  log: { type: 'stdout', format: 'json', level: 'fatal' },
  web: { enable: false },
  userRateLimit: { windowMs: 1000, max: 100_000 },
});

/** The document with which npm publishes a version; its archive is not one, which nobody looks at. */
function publication(origin: string, { id, title, version }: Readonly<Record<'id' | 'title' | 'version', string>>) {
  const archive = Buffer.from(`${id} ${version}`);
  const file = `${id}-${version}.tgz`;
  const dist = {
    shasum: createHash('sha1').update(archive).digest('hex'),
    tarball: `${origin}/${id}/-/${file}`,
  };
  return {
    _id: id,
    name: id,
    'dist-tags': { latest: version },
    versions: { [version]: { name: id, version, description: title, dist } },
    _attachments: {
      [file]: { content_type: 'application/octet-stream', data: archive.toString('base64'), length: archive.length },
    },
  };
}

interface PackageDocument {
  readonly _rev: string;
  readonly name: string;
  readonly 'dist-tags': { readonly latest: string };
  readonly versions: Readonly<Record<string, { readonly description: string }>>;
}

const titleIn = (document: PackageDocument): string =>
  document.versions[document['dist-tags'].latest]?.description ?? '';
