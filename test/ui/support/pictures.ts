import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { smallPng } from './small-png.js';

/** The folder that pictures of every state are written to (`npm run screenshots`); none are made without. */
const FOLDER = process.env['PICTURES'];
/** Those that the documentation shows, by the state and the look. */
const KEPT: Readonly<Record<string, string>> = {
  'when-460-light-en-GB': 'sync-flow-when',
  'status-on-schedule-460-dark-en-GB': 'sync-flow-status',
  'review-320-light-ar': 'sync-flow-arabic',
  'demo-light': 'demo-page',
};

/** Keeps what the page shows, where pictures are asked for. `part` is what the documentation shows of it. */
export async function takePicture(page: Page, name: string, part = 'body'): Promise<void> {
  if (FOLDER === undefined) return;
  mkdirSync(FOLDER, { recursive: true });
  const path = join(FOLDER, `${name}.png`);
  const kept = KEPT[name];
  if (kept === undefined) return void (await page.screenshot({ path, fullPage: true }));
  writeFileSync(`docs/images/${kept}.png`, smallPng(await page.locator(part).screenshot({ path })));
}

/** For a browser whose pictures are kept: the font that comes with it, and for other scripts those of the machine. */
export function pictureFonts(): Readonly<Record<string, string>> {
  if (FOLDER === undefined) return {};
  const file = join(tmpdir(), 'meridian-picture-fonts.conf');
  writeFileSync(
    file,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>${join(tmpdir(), 'fonts')}</dir>
${['system-ui', 'sans-serif', 'sans'].map(preferred).join('')}</fontconfig>`,
  );
  return { FONTCONFIG_FILE: file };
}

const preferred = (family: string): string =>
  `<match><test name="family"><string>${family}</string></test>` +
  `<edit name="family" mode="prepend" binding="strong"><string>Open Sans</string></edit></match>`;
