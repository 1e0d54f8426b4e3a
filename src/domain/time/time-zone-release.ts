/** Releases are a year and a letter, `2025c`; the 27th of a year would be `2025za`. */
const RELEASE = /^([0-9]{4})(z*[a-y]|z+)$/;

/**
 * Orders releases of the IANA time zone database: negative where `a` is older. A text that is no release counts as
 * older than every release, so that nothing computed with data nobody can name overwrites anything.
 */
export function compareReleases(a: string, b: string): number {
  const [left, right] = [RELEASE.exec(a), RELEASE.exec(b)];
  if (left === null || right === null) return Number(left !== null) - Number(right !== null);
  const [leftLetters = '', rightLetters = ''] = [left[2], right[2]];
  return (
    Number(left[1]) - Number(right[1]) || leftLetters.length - rightLetters.length || order(leftLetters, rightLetters)
  );
}

const order = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

/** Whether due dates computed with `version` are to be computed again with `own`. */
export const isOlderThan = (version: string, own: string): boolean => compareReleases(version, own) < 0;
