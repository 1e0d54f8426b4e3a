import sparticuz from '@sparticuz/chromium';
import { chromium, type Browser } from 'playwright-core';
import { pictureFonts } from './pictures.js';

/** The Chromium of an npm package: nothing is downloaded beside `npm ci`, and it calls nobody at the start. */
export async function launchChromium(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: await sparticuz.executablePath(),
    env: { ...process.env, ...pictureFonts() },
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  });
}
