import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

export interface EmbedFile {
  readonly type: string;
  /** Entity tag of what is in it, however it is packed. */
  readonly tag: string;
  readonly plain: Buffer;
  readonly gzip: Buffer;
  readonly brotli: Buffer;
}

/** `manifest.json` of a build: every file that may be asked for, with its integrity (`sha384-…`). */
export interface EmbedManifest {
  readonly version: string;
  readonly files: Readonly<Record<string, string>>;
  /** Whether these files were released under this version, and so are what it means for ever; not, where it does not say. */
  readonly published?: boolean;
}

export const MANIFEST = 'manifest.json';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Throws where the folder holds no build. */
export const readManifest = (folder: string): EmbedManifest =>
  JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')) as EmbedManifest;

/** `sha384-…`, as `integrity` wants it. */
export const integrityOf = (bytes: Buffer): string => `sha384-${createHash('sha384').update(bytes).digest('base64')}`;

/** One version of the element, read once. Only what its manifest lists is there, so no path leads anywhere else. */
export class EmbedBuild {
  readonly manifest: EmbedManifest;
  private readonly loaded = new Map<string, EmbedFile>();

  constructor(private readonly folder: string) {
    this.manifest = readManifest(folder);
  }

  has(name: string): boolean {
    return name === MANIFEST || Object.hasOwn(this.manifest.files, name);
  }

  /** Throws where a file is not what the manifest says: pages that pin it would refuse it anyway. */
  find(name: string): EmbedFile | undefined {
    if (!this.has(name)) return undefined;
    const known = this.loaded.get(name) ?? this.read(name);
    this.loaded.set(name, known);
    return known;
  }

  private read(name: string): EmbedFile {
    const plain = readFileSync(join(this.folder, ...name.split('/')));
    if (name !== MANIFEST && integrityOf(plain) !== this.manifest.files[name])
      throw new Error(`${name} of ${this.folder} was changed after it was built.`);
    const type = TYPES[extname(name)] ?? 'application/octet-stream';
    return {
      type,
      tag: `"${integrityOf(plain)}"`,
      plain,
      gzip: gzipSync(plain, { level: 9 }),
      brotli: brotliCompressSync(plain),
    };
  }
}
