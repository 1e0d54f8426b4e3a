import { h, render } from 'preact';
import type { FlowController } from '../flow/flow-controller.js';
import { FlowView } from '../screens/flow-view.js';
import { knownScreens } from '../screens/load-screens.js';
import { firstPage, type FlowPage } from '../state/flow-state.js';
import { FlowTheme, type Theme } from '../theme/flow-theme.js';
import { FlowProvider } from './flow-context.js';
import { FlowLanguage } from './flow-language.js';
import { FlowScreens } from './flow-screens.js';
import { flowSheet } from './flow-sheets.js';

/** What an element looks like: everything that its drawing depends on. */
export interface FlowLooks {
  readonly controller: FlowController | undefined;
  readonly locale: string;
  readonly text: Readonly<Record<string, string>>;
  readonly theme: Theme;
  readonly headingLevel: number;
  readonly canRenew: boolean;
  readonly onClose: (() => void) | undefined;
}

/** Draws an element into its shadow root, at most once a task. */
export class FlowSurface {
  readonly #root: ShadowRoot;
  readonly #theme = new FlowTheme();
  readonly #language = new FlowLanguage(() => this.change());
  readonly #later = new FlowScreens(
    () => this.change(),
    () => this.looks().controller?.lost(),
  );
  #underWay = false;

  constructor(
    private readonly host: HTMLElement,
    private readonly looks: () => FlowLooks,
  ) {
    this.#root = host.attachShadow({ mode: 'open' });
    this.#root.adoptedStyleSheets = [flowSheet(), this.#theme.sheet];
  }

  readonly change = (): void => {
    if (this.#underWay) return;
    this.#underWay = true;
    queueMicrotask(() => {
      this.#underWay = false;
      if (this.host.isConnected) this.#draw();
    });
  };

  focusHeading(): void {
    this.#root.querySelector<HTMLElement>('.heading')?.focus();
  }

  #draw(): void {
    const { controller, locale, text, theme, headingLevel, canRenew, onClose } = this.looks();
    const page = controller?.store.page ?? firstPage(true);
    const spoken = this.#language.speak(locale, [page.bootstrap?.text ?? {}, text]);
    if (controller === undefined || spoken === undefined) return;
    if (this.host.dir !== spoken.direction) this.host.dir = spoken.direction;
    this.#theme.choose(page.bootstrap?.app.branding.theme, theme);
    const now = (): Date => new Date();
    const screens = this.#screens(page);
    if (screens !== undefined) controller.join(screens.FlowWork);
    const value = { page, controller, words: spoken, now, headingLevel, canRenew, onClose, screens };
    render(h(FlowProvider, { value }, h(FlowView, {})), this.#root);
    this.#guard();
  }

  /** The other screens are fetched as soon as the first one is there to be read. */
  #screens({ phase }: FlowPage) {
    const screens = knownScreens();
    if (screens === undefined) {
      if (phase === 'open') this.#later.ask();
      return undefined;
    }
    const sheets = this.#root.adoptedStyleSheets;
    if (!sheets.includes(screens.sheet)) sheets.splice(1, 0, screens.sheet);
    return screens;
  }

  #guard(): void {
    const root = this.#root.querySelector<HTMLElement>('.root');
    if (root !== null) this.#theme.guard(root);
  }
}
