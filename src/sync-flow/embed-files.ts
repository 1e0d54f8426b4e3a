import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

/** A script of the element as a page loads it. */
export interface EmbedScript {
  /** Path on this server. */
  readonly path: string;
  /** `sha384-…`. */
  readonly integrity: string;
}

export interface EmbedFile {
  readonly type: string;
  readonly plain: Buffer;
  readonly gzip: Buffer;
  readonly brotli: Buffer;
}

/** `manifest.json` of a build: every file that may be asked for, with its integrity. */
interface Manifest {
  readonly version: string;
  readonly files: Readonly<Record<string, string>>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const MANIFEST = 'manifest.json';
/** What the hosted page loads: the element, and the page's own script. */
const HOSTED = ['sync-flow.js', 'hosted.js'];

/**
 * The built element, read once: `dist/ui/sync-flow` with a `manifest.json`. Only what the manifest lists is there, so
 * no path leads anywhere else.
 */
export class EmbedFiles {
  private manifest: Manifest | undefined;
  private folder: string | undefined;
  private readonly loaded = new Map<string, EmbedFile>();

  /** `folder` is absent where nothing has been built. */
  constructor(folder: string | undefined = builtFolder()) {
    if (folder !== undefined) this.readFrom(folder);
  }

  /** Takes the files from another folder from now on. */
  readFrom(folder: string): void {
    this.folder = folder;
    this.manifest = readManifest(folder);
    this.loaded.clear();
  }

  /** Undefined where nothing has been built. */
  get version(): string | undefined {
    return this.manifest?.version;
  }

  /** The scripts of the hosted page; none where nothing has been built. */
  hostedScripts(): readonly EmbedScript[] {
    return HOSTED.flatMap((name) => {
      const integrity = this.manifest?.files[name];
      return integrity === undefined ? [] : [{ path: `/embed/${this.version}/${name}`, integrity }];
    });
  }

  find(name: string): EmbedFile | undefined {
    if (this.folder === undefined || !this.manifest) return undefined;
    if (name !== MANIFEST && !Object.hasOwn(this.manifest.files, name)) return undefined;
    const known = this.loaded.get(name) ?? readFile(this.folder, name);
    this.loaded.set(name, known);
    return known;
  }
}

function readFile(folder: string, name: string): EmbedFile {
  const plain = readFileSync(join(folder, ...name.split('/')));
  const type = TYPES[extname(name)] ?? 'application/octet-stream';
  return { type, plain, gzip: gzipSync(plain, { level: 9 }), brotli: brotliCompressSync(plain) };
}

const readManifest = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')) as Manifest;

/** Beside the build of the server; from the sources, in the build's folder. */
function builtFolder(): string | undefined {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    for (const place of [join(folder, 'ui', 'sync-flow'), join(folder, 'dist', 'ui', 'sync-flow')])
      if (existsSync(join(place, MANIFEST))) return place;
  }
  return undefined;
}
