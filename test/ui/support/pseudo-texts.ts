import { readFileSync } from 'node:fs';

type Texts = Readonly<Record<string, string>>;
const english = JSON.parse(readFileSync('src/ui/sync-flow/locales/en.json', 'utf8')) as Texts;

const PLAIN = 'AaCcDdEeGgIiLlNnOoRrSsTtUuYyZz';
const ACCENTED = 'ÅåÇçĎďÉéĞğÎîŁłÑñÖöŘřŠšŤťÛûÝýŽž';
const LONGER = 0.4;

/** A word with accents, drawn out by its vowels, as compounds of other languages are: it cannot be broken. */
function drawnOut(word: string): string {
  const more = Math.ceil(word.length * LONGER);
  const at = word.search(/[aeiou]/i);
  const long = at === -1 ? word : word.slice(0, at) + (word[at] ?? '').repeat(more) + word.slice(at);
  return long.replaceAll(/[a-z]/gi, (letter) => ACCENTED[PLAIN.indexOf(letter)] ?? letter);
}

const changed = (change: (text: string) => string): Texts =>
  Object.fromEntries(Object.entries(english).map(([key, text]) => [key, change(text)]));

/** Every text with accents and longer by two fifths or more; what is filled in stays. */
export const LONG_TEXTS: Texts = changed((text) =>
  text.replaceAll(/\{\w+\}|[A-Za-z]+/g, (word) => (word.startsWith('{') ? word : drawnOut(word))),
);

/** The same from right to left. */
export const MIRRORED_TEXTS: Texts = changed(
  (text) =>
    `\u202e${text.replaceAll(/\{\w+\}|[A-Za-z]+/g, (word) => (word.startsWith('{') ? word : drawnOut(word)))}\u202c`,
);
