import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instant } from '../../src/domain/time/instant.js';
import { violationsOn } from './support/axe.js';
import { newShop, startFlowWorld, type FlowWorld } from './support/flow-world.js';
import { heading, press, previewed, visit } from './support/visits.js';

let flow: FlowWorld;
beforeAll(async () => {
  flow = await startFlowWorld();
  flow.world.clock.runFrom(instant('2026-11-22T16:30:00Z'));
});
afterAll(() => flow.close());

/** Goes through every screen of the set-up and the status, and looks at each. */
async function onEveryScreen(page: Page, look: (screen: string) => Promise<void>): Promise<void> {
  await heading(page, 'Choose what to sync');
  await look('choose');
  await press(page, 'Continue');
  await previewed(page);
  await look('when');
  await press(page, 'Continue');
  await heading(page, 'Check and confirm');
  await previewed(page);
  await look('review');
  await press(page, 'Start syncing');
  await heading(page, 'You’re all set');
  await look('done');
  await press(page, 'View status');
  await page.getByText('Not started').waitFor();
  await look('status');
}

/** How far a page can be scrolled sideways, and what of the element sticks out of its own box. */
const sticksOut = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const root = document.querySelector('sync-flow')?.shadowRoot?.querySelector('.root');
    if (!root) return ['no element'];
    const { left, right } = root.getBoundingClientRect();
    const out = [...root.querySelectorAll<HTMLElement>('*')].filter((part) => {
      const box = part.getBoundingClientRect();
      const shown = box.width > 1 && part.closest('.hidden, .strip, .probe') === null;
      return (
        shown &&
        (box.left < left - 0.5 || box.right > right + 0.5 || part.scrollWidth > part.clientWidth + 1) &&
        getComputedStyle(part).display !== 'inline' &&
        getComputedStyle(part).textOverflow !== 'ellipsis'
      );
    });
    const scroll = document.documentElement.scrollWidth - innerWidth;
    return [...(scroll > 0 ? [`the page by ${scroll} px`] : []), ...out.map((part) => part.outerHTML.slice(0, 120))];
  });

describe('a page that is enlarged', () => {
  // 1280 by 1024 CSS pixels at 400 % are 320 by 256, four device pixels each (WCAG 2.2, 1.4.10).
  it('to 400 % reflows: nothing sticks out, and nothing has to be scrolled sideways, on any screen', async () => {
    const context = { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 };
    const { page, complaints } = await visit(flow, await newShop(flow), { context });
    await onEveryScreen(page, async (screen) =>
      expect({ screen, out: await sticksOut(page) }).toEqual({ screen, out: [] }),
    );
    expect(complaints).toEqual([]);
  });

  it('in its text to 200 % loses nothing', async () => {
    const embedding = { css: 'html { font-size: 200% }' };
    const context = { viewport: { width: 640, height: 900 } };
    const { page } = await visit(flow, await newShop(flow), { embedding, context });
    await onEveryScreen(page, async (screen) =>
      expect({ screen, out: await sticksOut(page) }).toEqual({ screen, out: [] }),
    );
  });

  it('stands in a column of 280 px', async () => {
    const embedding = { css: 'body { margin: 0 } main { inline-size: 280px }' };
    const { page } = await visit(flow, await newShop(flow), { embedding });
    await onEveryScreen(page, async (screen) =>
      expect({ screen, out: await sticksOut(page) }).toEqual({ screen, out: [] }),
    );
  });
});

describe('a reader’s own colours', () => {
  it('are used: what is pressed, chosen and drawn has an edge to be seen by', async () => {
    const { page } = await visit(flow, await newShop(flow), { context: { forcedColors: 'active' } });
    const edgeOf = (part: string) =>
      page
        .locator(part)
        .first()
        .evaluate((element) => {
          const { borderTopStyle, borderTopWidth, borderTopColor, backgroundColor } = getComputedStyle(element);
          return {
            drawn: borderTopStyle !== 'none' && borderTopWidth !== '0px',
            same: borderTopColor === backgroundColor,
          };
        });
    await onEveryScreen(page, async (screen) => {
      const found = { screen, edge: await edgeOf('.button'), violations: await violationsOn(page) };
      expect(found).toEqual({ screen, edge: { drawn: true, same: false }, violations: [] });
    });
  });

  it('show which boxes are checked', async () => {
    const { page } = await visit(flow, await newShop(flow), { context: { forcedColors: 'active' } });
    await heading(page, 'Choose what to sync');
    const marks = await page.locator('.box').evaluateAll((boxes) =>
      boxes.map((box) => ({
        checked: (box as HTMLInputElement).checked,
        mark: getComputedStyle(box, '::before').visibility,
        seen: getComputedStyle(box, '::before').backgroundColor !== getComputedStyle(box).backgroundColor,
      })),
    );
    expect(marks.length).toBeGreaterThan(1);
    for (const { checked, mark, seen } of marks) {
      expect(mark).toBe(checked ? 'visible' : 'hidden');
      expect(seen).toBe(true);
    }
  });
});

describe('a reader who wants less motion', () => {
  const animations = (page: Page): Promise<number> =>
    page.evaluate(
      () =>
        document
          .querySelector('sync-flow')
          ?.shadowRoot?.getAnimations()
          .filter((animation) => animation.effect?.getComputedTiming().duration !== 0).length ?? 0,
    );

  it.each([
    ['reduce', 0],
    ['no-preference', 4],
  ] as const)('is heard: with %s, %i parts of a page that loads move', async (reducedMotion, count) => {
    let answer = (): void => undefined;
    const { page } = await visit(flow, await newShop(flow), {
      context: { reducedMotion },
      before: (opened) =>
        opened.route('**/flow/v1/session*', async (route) => {
          await new Promise<void>((resolve) => (answer = resolve));
          await route.continue();
        }),
    });
    await page.locator('.bone').first().waitFor();
    expect(await animations(page)).toBe(count);
    answer();
    await heading(page, 'Choose what to sync');
  });
});
