import type english from '../locales/en.json';
import type { LocaleName, TextTable } from './locales.js';

type Key = keyof typeof english;
/** A text that depends on a number ends in `.one`, `.other` …; its name is what comes before. */
export type PluralKey = Key extends infer K ? (K extends `${infer Base}.other` ? Base : never) : never;
export type TextKey = Exclude<Key, `${PluralKey}.${string}`>;
export type Values = Readonly<Record<string, string | number>>;

/** What the page says, in one language. */
export interface Words {
  /** For dates and numbers: the wish itself, so that `en-GB` and `en-US` differ. */
  readonly tag: string;
  readonly direction: 'ltr' | 'rtl';
  text(key: TextKey, values?: Values): string;
  /** The form that `n` asks for; `{n}` is `n` as it is written there. */
  plural(key: PluralKey, n: number, values?: Values): string;
}

export interface WordSources {
  readonly locale: LocaleName;
  readonly tag: string;
  readonly texts: TextTable;
  /** The client's own words, the strongest last. */
  readonly overrides: readonly TextTable[];
}

/** An override counts for its own key; an empty one shows nothing. */
export function makeWords({ locale, tag, texts, overrides }: WordSources): Words {
  const own: TextTable = Object.assign({}, ...overrides);
  const rules = new Intl.PluralRules(tag);
  const numbers = new Intl.NumberFormat(tag);
  const written = (values: Values): Values =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, typeof value === 'number' ? numbers.format(value) : value]),
    );
  const find = (...keys: readonly string[]): string => {
    for (const table of [own, texts]) {
      for (const key of keys) if (table[key] !== undefined) return table[key];
    }
    return '';
  };
  return {
    tag,
    direction: locale === 'ar' ? 'rtl' : 'ltr',
    text: (key, values = {}) => fill(find(key), written(values)),
    plural: (key, n, values = {}) => {
      const form = rules.select(n);
      // The forms that English lacks have no key to be overridden by: there the general one stands for them.
      const keys = form === 'one' ? [`${key}.one`] : [`${key}.${form}`, `${key}.other`];
      return fill(find(...keys), written({ n, ...values }));
    },
  };
}

/** Text only: what is filled in is never read again, and nothing is ever markup. */
const fill = (text: string, values: Values): string =>
  text.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder));
