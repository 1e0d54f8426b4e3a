import type { Page } from 'playwright-core';
import { startAxe } from './axe.js';
import { flawsOn } from './flaws.js';
import { takePicture } from './pictures.js';
import { LONG_TEXTS, MIRRORED_TEXTS } from './pseudo-texts.js';

export interface Look {
  readonly width: 320 | 460 | 768;
  readonly colorScheme: 'light' | 'dark';
  readonly lang: string;
}

/** Every width, light and dark, from left to right and from right to left. */
export const LOOKS: readonly Look[] = (['en-GB', 'ar'] as const).flatMap((lang) =>
  (['light', 'dark'] as const).flatMap((colorScheme) =>
    ([320, 460, 768] as const).map((width) => ({ width, colorScheme, lang })),
  ),
);

/** Long words, and words without spaces between them. */
const MORE_LANGUAGES = ['de', 'ja'] as const;

/** Looks at a page in every way; answers what is wrong, each time with the look. */
export async function lookAt(page: Page, name: string): Promise<readonly string[]> {
  const axe = await startAxe(page);
  const wrong: string[] = [];
  const look = async (shown: Look, find: () => Promise<readonly string[]>) => {
    await turn(page, shown);
    const label = `${name} ${shown.width} ${shown.colorScheme} ${shown.lang}`;
    wrong.push(...(await lasting(page, find)).map((found) => `${label}: ${found}`));
    await takePicture(page, label.replaceAll(' ', '-'), 'sync-flow .root');
  };
  for (const shown of LOOKS) await look(shown, async () => [...(await axe.violations()), ...(await flawsOn(page))]);
  await axe.stop();
  for (const lang of MORE_LANGUAGES) await look({ width: 320, colorScheme: 'light', lang }, () => flawsOn(page));
  await speak(page, LONG_TEXTS);
  await look({ width: 320, colorScheme: 'light', lang: 'en' }, () => flawsOn(page));
  await speak(page, MIRRORED_TEXTS);
  await look({ width: 320, colorScheme: 'dark', lang: 'ar-EG' }, () => flawsOn(page));
  return wrong;
}

/** What is still wrong a frame later: colours are read one after the other, and may be of two moments. */
async function lasting(page: Page, find: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const first = await find();
  if (first.length === 0) return first;
  await painted(page);
  return find();
}

/** Makes the page look so, without loading it again, and waits until it does. */
async function turn(page: Page, { width, colorScheme, lang }: Look): Promise<void> {
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme });
  const flow = page.locator('sync-flow');
  await flow.evaluate((element, tag) => {
    const { documentElement } = element.ownerDocument;
    documentElement.lang = tag;
    documentElement.dir = tag.startsWith('ar') ? 'rtl' : 'ltr';
    element.setAttribute('locale', tag);
  }, lang);
  await page.locator(`sync-flow .root[lang='${lang}']`).waitFor();
  await painted(page);
}

/** Puts other texts in the place of all. */
async function speak(page: Page, texts: Readonly<Record<string, string>>): Promise<void> {
  await page.locator('sync-flow').evaluate((element, text) => Object.assign(element, { text }), texts);
  await painted(page);
}

const painted = (page: Page): Promise<void> =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))));
