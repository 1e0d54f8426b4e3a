import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ConfigError } from '../platform/config.js';
import { EmbedBuild, MANIFEST, readManifest, type EmbedManifest } from './embed-build.js';

/** `1.4.2`, or `1.5.0-beta.1`; nothing that could lead out of the folder. */
const VERSION = /^\d{1,9}\.\d{1,9}\.\d{1,9}(-[0-9A-Za-z.-]{1,50})?$/;

/** Every version of the element that was ever served from a folder, EMBED_DIR: pages that pin one do not break. */
export class KeptBuilds {
  private readonly builds = new Map<string, EmbedBuild>();

  /** `folder` is absent where none are kept. */
  constructor(private readonly folder: string | undefined) {}

  /** Read anew each time where it was not published: a process that starts may replace it. */
  find(version: string): EmbedBuild | undefined {
    const known = this.builds.get(version);
    if (known || this.folder === undefined || !VERSION.test(version)) return known;
    const place = join(this.folder, version);
    if (!existsSync(join(place, MANIFEST))) return undefined;
    const build = new EmbedBuild(place);
    if (build.manifest.version !== version) return undefined;
    if (build.manifest.published === true) this.builds.set(version, build);
    return build;
  }

  /** The releases of a major, the newest first. */
  releasesOf(major: string): readonly EmbedBuild[] {
    if (this.folder === undefined || !existsSync(this.folder)) return [];
    const releases = readdirSync(this.folder).filter((name) => VERSION.test(name) && !name.includes('-'));
    const ofMajor = releases.filter((name) => name.startsWith(`${major}.`)).toSorted((a, b) => inOrder(b, a));
    return ofMajor.flatMap((version) => this.find(version) ?? []);
  }
}

const inOrder = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

/**
 * Copies a build into the folder under its version, once and whole: what was published under a version never changes,
 * and what was not is replaced by what this build has.
 * Throws ConfigError where other files are kept as published under the same version.
 */
export function keepBuild(build: string, folder: string): void {
  const own = readManifest(build);
  const { version, files } = own;
  if (!VERSION.test(version)) throw new ConfigError([`The set-up page was built as ${version}, which is no version.`]);
  const place = join(folder, version);
  mkdirSync(folder, { recursive: true });
  if (isKept(own, place)) return;
  replace(build, [MANIFEST, ...Object.keys(files)], place);
  isKept(own, place);
}

/** Throws ConfigError where others are kept as published. */
function isKept({ version, files, published }: EmbedManifest, place: string): boolean {
  const kept = keptIn(place);
  const isSame = kept !== undefined && isDeepStrictEqual(kept.files, files);
  if (kept?.published === true && !isSame) throw new ConfigError([taken(version, place)]);
  return isSame && (kept.published === true || published !== true);
}

const taken = (version: string, place: string): string =>
  `EMBED_DIR holds other files of the set-up page as published under version ${version} than this build has: pages that pin them ` +
  `would break. Give the build another version (src/ui/sync-flow/package.json), or, if nobody ever used it, delete ${place}.`;

const keptIn = (place: string): EmbedManifest | undefined =>
  existsSync(join(place, MANIFEST)) ? readManifest(place) : undefined;

/** What was there goes when the new is whole. */
function replace(build: string, names: readonly string[], place: string): void {
  const draft = mkdtempSync(join(dirname(place), '.copy-'));
  const [whole, former] = [join(draft, 'new'), join(draft, 'old')];
  try {
    for (const name of names) cpSync(join(build, ...name.split('/')), join(whole, ...name.split('/')));
    chmodSync(whole, 0o755);
    // What was published while this was copied stays where it is.
    if (keptIn(place)?.published !== true) moveUnless(() => !existsSync(place), place, former);
    moveUnless(() => keptIn(place) !== undefined, whole, place);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Another process may do the same at the moment: then what it has done will do. */
function moveUnless(isDone: () => boolean, from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!isDone()) throw error;
  }
}
