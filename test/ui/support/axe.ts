import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds wrong, shadow roots included. It runs in a world of its own, which the page's policy does not govern. */
export async function violationsOn(page: Page): Promise<readonly string[]> {
  const axe = await startAxe(page);
  const found = await axe.violations();
  await axe.stop();
  return found;
}

/** The same for a page that is looked at again and again: the half megabyte of axe is read once. */
export async function startAxe(page: Page) {
  const cdp = await page.context().newCDPSession(page);
  const { frameTree } = await cdp.send('Page.getFrameTree');
  const { executionContextId: contextId } = await cdp.send('Page.createIsolatedWorld', {
    frameId: frameTree.frame.id,
    worldName: 'axe',
  });
  await cdp.send('Runtime.evaluate', { contextId, expression: source });
  const violations = async (): Promise<readonly string[]> => {
    const { result, exceptionDetails } = await cdp.send('Runtime.evaluate', {
      contextId,
      awaitPromise: true,
      returnByValue: true,
      expression: `axe.run(document, { resultTypes: ['violations'], runOnly: ${JSON.stringify(RULES)} }).then(({ violations }) =>
        violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ' ' + target.join(' ') + ' ' + failureSummary)))`,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.text);
    return result.value as readonly string[];
  };
  return { violations, stop: () => cdp.detach() };
}
