import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ENGLISH_REASONS, reasonKey, type Reason } from './reason-texts.js';

/** The page's own texts in English, by key: the one file that the page is built from, and the reasons that the server tells. */
export class FlowTextCatalogue {
  readonly texts: Readonly<Record<string, string>>;

  constructor(file: string = catalogueFile()) {
    const page = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, string>>;
    const reasons = Object.entries(ENGLISH_REASONS).map(([reason, text]) => [reasonKey(reason as Reason), text]);
    this.texts = { ...page, ...Object.fromEntries(reasons) };
  }

  /** Other languages have more plurals than English: theirs are known by the general one. */
  find(key: string): string | undefined {
    const general = key.replace(PLURAL, '.other');
    const known = [key, general].find((name) => Object.hasOwn(this.texts, name));
    return known === undefined ? undefined : this.texts[known];
  }
}

const PLURAL = /\.(zero|one|two|few|many)$/;

/** Names in braces. */
export const placeholdersIn = (text: string): readonly string[] =>
  [...text.matchAll(/\{([A-Za-z][A-Za-z0-9]*)\}/g)].map(([, name = '']) => name);

/** Beside the sources, and in the build's folder beside that of the server. */
function catalogueFile(): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'ui', 'sync-flow', 'locales', 'en.json');
    if (existsSync(file)) return file;
  }
  throw new Error('ui/sync-flow/locales/en.json is missing: it is part of the installation.');
}
