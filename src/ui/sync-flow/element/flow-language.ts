import { loadTexts, localeFor, type LocaleName, type TextTable } from '../i18n/locales.js';
import { makeWords, type Words } from '../i18n/words.js';

interface Loaded {
  readonly locale: LocaleName;
  readonly texts: TextTable;
}

/** Milliseconds until texts that could not be fetched are asked for again. */
const PAUSE = 2000;

/** The language of one element. A page keeps its language until the next one has arrived. */
export class FlowLanguage {
  #loaded: Loaded | undefined;
  #asked: LocaleName | undefined;
  #words: { readonly made: Words; readonly of: readonly unknown[] } | undefined;

  /** `onLoaded` is called when the texts of a language that was spoken for have come. */
  constructor(private readonly onLoaded: () => void) {}

  /** Undefined until the first language is there. */
  speak(wish: string, overrides: readonly TextTable[]): Words | undefined {
    const tag = knownTag(wish);
    this.#load(localeFor(tag));
    if (this.#loaded === undefined) return undefined;
    const { locale, texts } = this.#loaded;
    const of = [tag, texts, ...overrides];
    if (this.#words === undefined || of.some((part, index) => part !== this.#words?.of[index])) {
      const spoken = localeFor(tag) === locale ? tag : locale;
      this.#words = { made: makeWords({ locale, tag: spoken, texts, overrides }), of };
    }
    return this.#words.made;
  }

  #load(locale: LocaleName): void {
    if (this.#asked === locale) return;
    this.#asked = locale;
    void this.#fetch(locale);
  }

  async #fetch(locale: LocaleName): Promise<void> {
    const texts = await loadTexts(locale).catch(() => undefined);
    if (this.#asked !== locale) return;
    if (texts === undefined) {
      this.#asked = undefined;
      setTimeout(this.onLoaded, PAUSE);
      return;
    }
    this.#loaded = { locale, texts };
    this.onLoaded();
  }
}

/** A language that is not ours is spoken in English, dates included: half a page in each helps nobody. */
function knownTag(wish: string): string {
  const tag = canonicalTag(wish) ?? 'en';
  const [language] = tag.split('-');
  return localeFor(tag) === 'en' && language !== 'en' ? 'en' : tag;
}

/** A BCP 47 tag in its one spelling; undefined for what is none. */
export function canonicalTag(wish: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(wish)[0];
  } catch {
    return undefined;
  }
}
