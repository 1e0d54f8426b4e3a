import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EmbedBuild, MANIFEST, type EmbedFile } from './embed-build.js';
import { KeptBuilds } from './kept-builds.js';

/** A script of the element as a page loads it. */
export interface EmbedScript {
  /** Path on this server. */
  readonly path: string;
  /** `sha384-…`. */
  readonly integrity: string;
}

/**
 * How long what an address answers stays so: `forever` of a published version, `awhile` of a major, which moves on, and
 * `never` for sure of a version that is still being made.
 */
export type Lasting = 'forever' | 'awhile' | 'never';

export interface FoundEmbedFile {
  readonly file: EmbedFile;
  readonly lasting: Lasting;
}

/** What the hosted page loads: the element, and the page's own script. */
const HOSTED = ['sync-flow.js', 'hosted.js'];

/** The element's files: of this build, and of the versions that were served before. */
export class EmbedFiles {
  private own: EmbedBuild | undefined;

  /** `folder` is absent where nothing has been built. */
  constructor(
    folder: string | undefined = builtFolder(),
    private readonly kept: KeptBuilds = new KeptBuilds(undefined),
  ) {
    if (folder !== undefined) this.readFrom(folder);
  }

  /** Takes this build's files from another folder from now on. */
  readFrom(folder: string): void {
    this.own = new EmbedBuild(folder);
  }

  /** The scripts of the hosted page; none where nothing has been built. */
  hostedScripts(): readonly EmbedScript[] {
    const { version, files = {} } = this.own?.manifest ?? {};
    return HOSTED.flatMap((name) => {
      const integrity = files[name];
      return integrity === undefined ? [] : [{ path: `/embed/${version}/${name}`, integrity }];
    });
  }

  /** By a version, or by a major: of this build, else of the newest that is kept of it and has the file. */
  find(version: string, name: string): FoundEmbedFile | undefined {
    const pinned = this.own?.manifest.version === version ? this.own : this.kept.find(version);
    const build = pinned ?? this.ofMajor(version, name);
    const file = build?.find(name);
    return file && build && { file, lasting: lastingOf(build, build === pinned) };
  }

  /** A page that was opened before an upgrade still asks for the parts that its script names. */
  private ofMajor(major: string, name: string): EmbedBuild | undefined {
    if (!/^\d{1,9}$/.test(major)) return undefined;
    const own = this.own?.manifest.version.startsWith(`${major}.`) === true ? [this.own] : [];
    return [...own, ...this.kept.releasesOf(major)].find((build) => build.has(name));
  }
}

const lastingOf = ({ manifest }: EmbedBuild, isPinned: boolean): Lasting =>
  manifest.published !== true ? 'never' : isPinned ? 'forever' : 'awhile';

/** Beside the build of the server; from the sources, in the build's folder. Undefined where nothing has been built. */
export function builtFolder(): string | undefined {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    for (const place of [join(folder, 'ui', 'sync-flow'), join(folder, 'dist', 'ui', 'sync-flow')])
      if (existsSync(join(place, MANIFEST))) return place;
  }
  return undefined;
}
