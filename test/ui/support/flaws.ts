import type { Page } from 'playwright-core';

/** What of the flow is cut off, beside the edge or too small to be pressed, as the page shows it now. */
export const flawsOn = (page: Page): Promise<readonly string[]> => page.locator('sync-flow').evaluate(flawsOf);

/** Runs in the page, so everything that it needs is in it. */
function flawsOf(flow: Element): readonly string[] {
  const LEAST = 43.5;
  const TARGETS = "button, a[href], select, input:not([type='checkbox']), [role='option'], label:has(input)";
  const flaws: string[] = [];
  const root = flow.shadowRoot?.querySelector('.root');
  if (!root) return ['there is no flow'];
  const edge = root.getBoundingClientRect();
  const paper = document.createElement('canvas').getContext('2d');
  const note = (what: string, element: Element, text: string) =>
    flaws.push(`${what}: ${element.tagName.toLowerCase()}.${element.className} “${text.trim().slice(0, 60)}”`);

  const beside = document.documentElement.scrollWidth - innerWidth;
  if (beside > 0) flaws.push(`the page scrolls sideways by ${beside} px`);

  const lookAtTarget = (element: Element) => {
    const { width, height } = element.getBoundingClientRect();
    if (width > 0 && (width < LEAST || height < LEAST))
      note(`only ${Math.round(width)} × ${Math.round(height)} px`, element, element.textContent);
  };
  const frameOf = (element: Element): DOMRect => {
    for (let outer: Element | null = element; outer && outer !== root; outer = outer.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(outer);
      if (overflowX === 'hidden' || overflowY === 'hidden') return outer.getBoundingClientRect();
      // What scrolls up and down is cut there on purpose, and at the sides by mistake.
      if (overflowY === 'auto') {
        const { left, width } = outer.getBoundingClientRect();
        return new DOMRect(left, -1e6, width, 2e6);
      }
    }
    return edge;
  };
  const lookAtText = (element: Element, text: Text) => {
    const range = document.createRange();
    range.selectNodeContents(text);
    const frame = frameOf(element);
    const isOut = ({ left, right, top, bottom }: DOMRect) =>
      left < frame.left - 1 || right > frame.right + 1 || top < frame.top - 1 || bottom > frame.bottom + 1;
    if ([...range.getClientRects()].some(isOut)) note('cut off', element, text.data);
  };
  const lookAtValue = (element: HTMLInputElement | HTMLSelectElement) => {
    if (!paper || element.type === 'date' || element.type === 'checkbox') return;
    const style = getComputedStyle(element);
    // The name of a place and its country may be as long as it likes: the line below tells the zone in full.
    if (element.role === 'combobox' && style.textOverflow === 'ellipsis') return;
    const shown =
      element instanceof HTMLSelectElement
        ? (element.selectedOptions[0]?.text ?? '')
        : element.value || element.placeholder;
    paper.font = style.font;
    const room = element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    if (paper.measureText(shown).width > room + 1) note('does not fit', element, shown);
  };

  for (const element of root.querySelectorAll('*')) {
    if (element.closest('.hidden, svg') || !element.checkVisibility({ visibilityProperty: true })) continue;
    if (element.matches(TARGETS)) lookAtTarget(element);
    if (element instanceof HTMLInputElement || element instanceof HTMLSelectElement) lookAtValue(element);
    else if (element.closest('select') === null)
      for (const node of element.childNodes)
        if (node instanceof Text && node.data.trim() !== '') lookAtText(element, node);
  }
  return flaws;
}
