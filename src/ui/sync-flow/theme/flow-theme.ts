import { nearestPassing, readableOn, TEXT_RATIO } from './contrast.js';
import { cssColour, readColour } from './read-colour.js';

/** What a host or a client may choose, by name; each is the CSS variable `--sf-…` of that name. */
export type ThemeName =
  | 'accent'
  | 'onAccent'
  | 'bg'
  | 'surface'
  | 'fg'
  | 'muted'
  | 'line'
  | 'fieldLine'
  | 'ok'
  | 'warn'
  | 'bad'
  | 'radius'
  | 'font'
  | 'space';
export type Theme = Readonly<Partial<Record<ThemeName, string>>>;

/** What a value must be to be taken: anything else is left out, whoever sent it. */
const KINDS: Readonly<Record<ThemeName, string>> = {
  accent: 'color',
  onAccent: 'color',
  bg: 'color',
  surface: 'color',
  fg: 'color',
  muted: 'color',
  line: 'color',
  fieldLine: 'color',
  ok: 'color',
  warn: 'color',
  bad: 'color',
  radius: 'border-radius',
  font: 'font-family',
  space: 'width',
};

const variable = (name: string): string => `--sf-${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** One style sheet of an element: what was chosen, and the colours that follow from it. */
export class FlowTheme {
  readonly sheet = new CSSStyleSheet();
  readonly #chosen: CSSStyleDeclaration;
  readonly #derived: CSSStyleDeclaration;

  constructor() {
    this.sheet.replaceSync(':host{}.root{}');
    const [host, root] = this.sheet.cssRules as unknown as readonly CSSStyleRule[];
    if (host === undefined || root === undefined) throw new Error('a sheet without its rules');
    this.#chosen = host.style;
    this.#derived = root.style;
  }

  /** The client's theme, then the page's own over it. The page's CSS stands over both. */
  choose(...themes: readonly (Readonly<Record<string, string>> | undefined)[]): void {
    this.#chosen.cssText = '';
    const all: Readonly<Record<string, string>> = Object.assign({}, ...themes);
    for (const [name, kind] of Object.entries(KINDS)) {
      const value = all[name];
      if (value !== undefined && CSS.supports(kind, value)) this.#chosen.setProperty(variable(name), value);
    }
  }

  /** Keeps text readable whatever was chosen: a colour that is too close to what is behind it moves as little as it must. */
  guard(root: HTMLElement): void {
    this.#derived.cssText = '';
    const probe = root.querySelector('.probe');
    if (probe === null) return;
    const colourOf = (name: string): string => getComputedStyle(probe).getPropertyValue(name);
    const behind = [readColour(colourOf('background-color')), readColour(colourOf('outline-color'))];
    for (const [name, property] of GUARDED) {
      const chosen = readColour(colourOf(property));
      const passing = nearestPassing(chosen, behind, TEXT_RATIO);
      if (passing !== chosen) this.#derived.setProperty(`--_${name}`, cssColour(passing));
      if (name === 'accent') this.#derived.setProperty('--_on-accent', cssColour(readableOn(passing)));
    }
  }
}

/** The colours of texts, each by the property of the probe that shows it. */
const GUARDED = [
  ['accent', 'color'],
  ['fg', 'border-top-color'],
  ['muted', 'border-right-color'],
  ['bad', 'border-bottom-color'],
  ['warn', 'border-left-color'],
  ['ok', 'text-decoration-color'],
] as const;
