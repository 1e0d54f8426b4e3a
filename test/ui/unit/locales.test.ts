import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { localeFor } from '../../../src/ui/sync-flow/i18n/locales.js';
import { makeWords } from '../../../src/ui/sync-flow/i18n/words.js';
import { dateIn, makeDates } from '../../../src/ui/sync-flow/i18n/dates.js';

const FOLDER = 'src/ui/sync-flow/locales';
type Texts = Readonly<Record<string, string>>;
const textsOf = (locale: string) => JSON.parse(readFileSync(`${FOLDER}/${locale}.json`, 'utf8')) as Texts;
const english = textsOf('en');
const locales = readdirSync(FOLDER).map((name) => name.replace('.json', ''));
const plurals = Object.keys(english)
  .filter((key) => key.endsWith('.other'))
  .map((key) => key.slice(0, -'.other'.length));
const isPlural = (key: string) => plurals.some((base) => key.startsWith(`${base}.`));
const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).toSorted();

/** The forms that counts of people’s lives take in a language. */
const formsOf = (locale: string) => {
  const rules = new Intl.PluralRules(locale);
  return new Set(Array.from({ length: 10_000 }, (_, n) => rules.select(n)));
};

it('there are seven languages, one of them right to left', () => {
  expect(locales.toSorted()).toEqual(['ar', 'de', 'en', 'es', 'fr', 'ja', 'pt-BR']);
});

describe.each(locales)('%s', (locale) => {
  const texts = textsOf(locale);

  it('has every text, and no other', () => {
    const expected = [
      ...Object.keys(english).filter((key) => !isPlural(key)),
      ...plurals.flatMap((base) => [...formsOf(locale)].map((form) => `${base}.${form}`)),
    ];
    expect(Object.keys(texts).toSorted()).toEqual(expected.toSorted());
  });

  it('has the placeholders of the English in every text', () => {
    const wrong = Object.entries(texts).filter(([key, text]) => {
      const base = plurals.find((name) => key.startsWith(`${name}.`));
      const expected = placeholders(english[base === undefined ? key : `${base}.other`] ?? '');
      // A form that is for one number alone may write it as a word.
      const found = placeholders(text);
      return base === undefined ? found.join() !== expected.join() : found.some((name) => !expected.includes(name));
    });
    expect(wrong).toEqual([]);
  });
});

describe('the words of a page', () => {
  const words = (tag: string, overrides: readonly Texts[] = []) => {
    const locale = localeFor(tag);
    return makeWords({ locale, tag, texts: textsOf(locale), overrides });
  };

  it('count as their language does', () => {
    expect(words('en').plural('flow.common.days', 1)).toBe('1 day');
    expect(words('en').plural('flow.common.days', 1200)).toBe('1,200 days');
    expect(words('ar').plural('flow.common.days', 2)).toBe('يومان');
    expect(words('ar').plural('flow.common.days', 5)).toContain('أيام');
  });

  it('are the client’s where it has some; the page’s come before the client’s, and an empty one shows nothing', () => {
    const key = 'flow.what.heading';
    expect(words('en', [{ [key]: 'Records' }]).text(key)).toBe('Records');
    expect(words('en', [{ [key]: 'Records' }, { [key]: 'Mine' }]).text(key)).toBe('Mine');
    expect(words('en', [{ [key]: '' }]).text(key)).toBe('');
  });

  it('take what is filled in as text, never as a placeholder', () => {
    expect(words('en').text('flow.state.invalidBody', { app: '{app}<b>' })).toContain('{app}<b>');
  });

  it.each([
    ['en-GB', 'en'],
    ['pt', 'pt-BR'],
    ['pt-PT', 'pt-BR'],
    ['de-AT', 'de'],
    ['sv', 'en'],
  ])('for %s are those of %s', (wish, locale) => {
    expect(localeFor(wish)).toBe(locale);
  });
});

describe('dates', () => {
  const now = new Date('2026-11-22T16:30:00Z');
  const dates = makeDates({ tag: 'en-GB', timeZone: 'Europe/London', now, wholeDays: true });

  it('are said in words, with the year only where it is another', () => {
    expect(dates.long('2026-10-01')).toMatch(/^Thursday,? 1 October 2026$/);
    expect(dates.day('2026-11-23T00:00:00Z')).toBe('23 Nov');
    expect(dates.day('2025-11-23T00:00:00Z')).toBe('23 Nov 2025');
  });

  it('are those of the schedule’s zone', () => {
    expect(dates.range({ start: '2026-09-30T23:00:00Z', finish: '2026-11-23T00:00:00Z' })).toMatch(
      /^1 Oct\s*–\s*23 Nov$/,
    );
    expect(dateIn('Asia/Kolkata', new Date('2026-11-22T20:00:00Z'))).toBe('2026-11-23');
  });
});
