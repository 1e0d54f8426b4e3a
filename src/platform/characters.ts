/** Control characters except tab and line breaks, lone surrogates, and what reorders text on screen. */
const MULTI_LINE = /[^\P{Cc}\t\n\r]|[\u202a-\u202e\u2066-\u2069\ufffe\uffff]/u;
const LINE_BREAKS = /[\t\n\r\u2028\u2029]/;

/** Whether a text can be stored, shown on one line, and read as it was written. */
export function isCleanText(text: string): boolean {
  return text.isWellFormed() && !MULTI_LINE.test(text) && !LINE_BREAKS.test(text);
}

/** As isCleanText, but a text of several lines is fine. */
export function isCleanMultiLineText(text: string): boolean {
  return text.isWellFormed() && !MULTI_LINE.test(text);
}

/** Where in a JSON value the first text, or key, stands that PostgreSQL cannot store: a NUL or a lone surrogate. */
export function findUnstorableText(
  value: unknown,
  path: readonly (string | number)[] = [],
): readonly (string | number)[] | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : path;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const place = [...path, key];
    const found = isStorable(key) ? findUnstorableText(member, place) : place;
    if (found) return found;
  }
  return undefined;
}

const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');
