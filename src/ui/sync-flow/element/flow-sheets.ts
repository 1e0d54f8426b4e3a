import adapt from '../styles/adapt.css?inline';
import controls from '../styles/controls.css?inline';
import flow from '../styles/flow.css?inline';
import states from '../styles/states.css?inline';

/** Constructed sheets need nothing of the host's CSP. */
export function sheetOf(css: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet;
}

let shared: CSSStyleSheet | undefined;

/** One sheet for every element on the page: what the first screen needs, and how a page adapts. */
export const flowSheet = (): CSSStyleSheet => (shared ??= sheetOf(flow + controls + states + adapt));
