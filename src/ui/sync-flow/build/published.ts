import { isDeepStrictEqual } from 'node:util';

export interface Release {
  readonly version: string;
  /** Every script by name, with its integrity (`sha384-…`). */
  readonly files: Readonly<Record<string, string>>;
}

/** What was released, by version: `published.json`. Pages pin these files for ever. */
export type Published = Readonly<Record<string, Release['files']>>;

/** Why a build cannot be of its version; undefined where it can. */
export function refusalOf({ version, files }: Release, published: Published): string | undefined {
  const released = published[version];
  if (released === undefined || isDeepStrictEqual(released, files)) return undefined;
  const names = [...new Set([...Object.keys(released), ...Object.keys(files)])];
  const others = names.filter((name) => released[name] !== files[name]).sort();
  return (
    `@meridian/sync-flow ${version} was released with other files (${others.join(', ')}), and pages that pin them ` +
    `would break: give src/ui/sync-flow/package.json another version.`
  );
}

/** The list with one more release. */
export const withRelease = ({ version, files }: Release, published: Published): Published => ({
  ...published,
  [version]: files,
});
