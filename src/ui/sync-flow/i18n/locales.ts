export type TextTable = Readonly<Record<string, string>>;
export type LocaleName = 'en' | 'es' | 'fr' | 'de' | 'pt-BR' | 'ja' | 'ar';

/** A language is fetched when it is spoken. */
const LOADERS: Readonly<Record<LocaleName, () => Promise<{ readonly default: TextTable }>>> = {
  en: () => import('../locales/en.json'),
  es: () => import('../locales/es.json'),
  fr: () => import('../locales/fr.json'),
  de: () => import('../locales/de.json'),
  'pt-BR': () => import('../locales/pt-BR.json'),
  ja: () => import('../locales/ja.json'),
  ar: () => import('../locales/ar.json'),
};

/** The language to speak for a wish such as `de-AT`: its own, else one that shares its first part, else English. */
export function localeFor(wish: string): LocaleName {
  const names = Object.keys(LOADERS) as LocaleName[];
  const wanted = wish.toLowerCase();
  const exact = names.find((name) => name.toLowerCase() === wanted);
  const [language] = wanted.split('-');
  return exact ?? names.find((name) => name.toLowerCase().split('-')[0] === language) ?? 'en';
}

/** Its texts. English where they cannot be fetched: a page in the wrong language beats no page. */
export const loadTexts = (locale: LocaleName): Promise<TextTable> =>
  LOADERS[locale]()
    .catch(() => LOADERS.en())
    .then((module) => module.default);
