/** What ends a line, or moves within it, in one place or another. */
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
/** What no database keeps or no screen shows as written: other control characters, and what reorders text. */
const UNSHOWABLE = /[\p{Cc}\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu;

/** A text as one line that can be kept and shown anywhere: breaks become spaces, other unshowable characters U+FFFD. */
export const oneLine = (text: string): string =>
  text.toWellFormed().replaceAll(BREAKS, ' ').replaceAll(UNSHOWABLE, '\ufffd');

/** At most so many UTF-16 units of a text; what was longer ends with `…`. */
export function cutTo(text: string, length: number): string {
  if (text.length <= length) return text;
  // A pair of surrogates is not parted.
  const end = /[\ud800-\udbff]$/.test(text.slice(0, length - 1)) ? length - 2 : length - 1;
  return `${text.slice(0, end)}…`;
}
