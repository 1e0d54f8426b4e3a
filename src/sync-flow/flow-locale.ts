import type { FlowPrincipal } from '../platform/principal.js';
import type { FlowText } from '../ports/flow-texts.js';

/** The language of a page that says none. */
const USUAL = 'en';

/** A BCP 47 tag in its one spelling; undefined for what is none. */
export function localeOf(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}

/** The same page, in the language that it says it is in; in the session's where it says none. */
export const speaking = (principal: FlowPrincipal, locale: string | undefined): FlowPrincipal =>
  locale === undefined ? principal : { ...principal, session: { ...principal.session, locale } };

/** The languages a page's texts are taken from, the most particular last: `pt`, `pt-BR`. */
export function localesFor(tag: string | undefined): readonly string[] {
  const parts = (localeOf(tag ?? USUAL) ?? USUAL).split('-');
  return parts.map((_, index) => parts.slice(0, index + 1).join('-'));
}

/** By key, the later over the earlier. */
export const textsFrom = (texts: readonly FlowText[]): Readonly<Record<string, string>> =>
  Object.fromEntries(texts.map(({ key, text }) => [key, text]));
