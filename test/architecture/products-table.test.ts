import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Line {
  readonly number: number;
  readonly shownBy: string;
  readonly tests: readonly { readonly file: string; readonly title: string }[];
}

const lines: readonly Line[] = [...read('docs/products.md').matchAll(/^\| (\d+) \|[^|]+\|[^|]+\| ([^|]+) \|$/gm)].map(
  ([, number, shownBy = '']) => ({
    number: Number(number),
    shownBy,
    tests: [...shownBy.matchAll(/`(test\/[^`]+)` “([^”]+)”/g)].map(([, file = '', title = '']) => ({ file, title })),
  }),
);

function read(path: string): string {
  return readFileSync(path, 'utf8');
}

/** Whether a test file has a test, or a case in a table of tests, of that title. */
const has = (file: string, title: string): boolean =>
  existsSync(file) && ["'", '"', '`'].some((quote) => read(file).includes(`${quote}${title}${quote}`));

describe('the table of what four products do', () => {
  it('has each of the 91 behaviours once, in their order', () => {
    expect(lines.map(({ number }) => number)).toEqual([...Array(91).keys()].map((index) => index + 1));
  });

  it('names only tests that are there', () => {
    const named = lines.flatMap(({ tests }) => tests);
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter(({ file, title }) => !has(file, title))).toEqual([]);
  });

  it('says of each that has no test why that is so', () => {
    const unshown = lines.filter(({ tests }) => tests.length === 0);
    const reason = /^(Does not apply: .{20,}|Sync Flow: not built yet.*)\.$/;
    expect(unshown.filter(({ shownBy }) => !reason.test(shownBy.trim()))).toEqual([]);
  });

  it('writes every test so that it can be found', () => {
    const mentions = (text: string) => text.match(/test\/\S+/g)?.length ?? 0;
    expect(lines.filter(({ shownBy, tests }) => mentions(shownBy) !== tests.length)).toEqual([]);
  });
});
