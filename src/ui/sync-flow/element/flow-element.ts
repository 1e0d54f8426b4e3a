import type { FlowBootstrap, FlowSessionInfo } from '../api/contract.js';
import { createFlowClient } from '../api/flow-client.js';
import type { FlowEvents } from '../flow/announcements.js';
import { FlowController } from '../flow/flow-controller.js';
import type { Theme } from '../theme/flow-theme.js';
import { accessOf } from './flow-access.js';
import { apiBaseOf, headingLevelOf, PROPERTIES, timeZoneOf, viewOf, type FetchToken } from './flow-options.js';
import { canonicalTag } from './flow-language.js';
import { FlowSurface } from './flow-surface.js';
import { ATTRIBUTES, ReflectedElement } from './reflected-element.js';

/** `<sync-flow>`: a merchant's setup and status, in the page of the SaaS. */
export class SyncFlowElement extends ReflectedElement {
  static readonly observedAttributes: readonly string[] = ATTRIBUTES;
  readonly #surface = new FlowSurface(this, () => this.#looks());
  readonly #scheme = matchMedia('(prefers-color-scheme: dark)');
  /** The client reads it for every request: a page may change the token and the language at any time. */
  readonly #access = accessOf(() => this.#wishedLocale());
  #controller: FlowController | undefined;
  #text: Readonly<Record<string, string>> = {};
  #theme: Theme = {};
  #onClose: (() => void) | undefined;

  /** Asked for a token at the start, and once when one has expired. Keeps the token out of the page. */
  get fetchToken(): FetchToken | undefined {
    return this.#access.fetchToken;
  }
  set fetchToken(fetchToken: FetchToken | undefined) {
    this.#access.fetchToken = fetchToken;
    this.#begin();
  }

  /** The page's own words, by key, over the client's. Text, never HTML. */
  get text(): Readonly<Record<string, string>> {
    return this.#text;
  }
  set text(text: Readonly<Record<string, string>>) {
    this.#text = text;
    this.#surface.change();
  }

  get theme(): Theme {
    return this.#theme;
  }
  set theme(theme: Theme) {
    this.#theme = theme;
    this.#surface.change();
  }

  /** Set where the element is shown in something that closes: it then has a button for that. */
  get onClose(): (() => void) | undefined {
    return this.#onClose;
  }
  set onClose(onClose: (() => void) | undefined) {
    this.#onClose = onClose;
    this.#surface.change();
  }

  /** What the token allows; undefined until it is known. */
  get session(): FlowSessionInfo | undefined {
    return this.#controller?.store.page.bootstrap?.session;
  }

  /** Whose page the flow is on; undefined until it is known. */
  get app(): FlowBootstrap['app'] | undefined {
    return this.#controller?.store.page.bootstrap?.app;
  }

  /** Reads everything again; a draft stays. */
  async refresh(): Promise<void> {
    await this.#controller?.open();
  }

  /** Back to what is saved. */
  async reset(): Promise<void> {
    await this.#controller?.reset();
  }
  focusHeading(): void {
    this.#surface.focusHeading();
  }

  connectedCallback(): void {
    for (const name of PROPERTIES) this.upgrade(name);
    this.#scheme.addEventListener('change', this.#surface.change);
    this.#begin();
    this.#surface.change();
  }

  /** A move is a removal and an insertion in one task: who is still away after it has gone. */
  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#scheme.removeEventListener('change', this.#surface.change);
      this.#controller?.stop();
    });
  }

  /** A framework sets again what it set before, at every turn: that is no change. */
  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after) return;
    if (name === 'token') {
      this.#access.token = this.token ?? undefined;
      this.#begin();
    }
    if (name === 'locale') void this.#controller?.readTexts();
    if (name === 'view') this.#controller?.show(viewOf(this.view));
    this.#surface.change();
  }

  /** Starts as soon as there is a way to a token, which a page may give later than the element. */
  #begin(): void {
    if (!this.isConnected || (this.token === null && this.#access.fetchToken === undefined)) return;
    this.#controller ??= this.#makeController();
    if (this.#controller.store.page.phase === 'expired') void this.#controller.open();
    this.#controller.start();
  }

  #makeController(): FlowController {
    const controller = new FlowController({
      client: () => createFlowClient(Object.assign(this.#access, { apiBase: apiBaseOf(this.apiBase) })),
      announce: (name, detail) => this.#announce(name, detail),
      view: () => viewOf(this.view),
      timeZone: () => timeZoneOf(this.timeZone),
      askedLocale: () => canonicalTag(this.locale ?? ''),
      locale: () => this.#wishedLocale(),
      tag: () => canonicalTag(this.#wishedLocale()),
    });
    controller.store.follow(this.#surface.change);
    return controller;
  }

  #announce<K extends keyof FlowEvents>(name: K, detail: FlowEvents[K]): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  /** The page's wish, the session's, the document's. */
  #wishedLocale(): string {
    return this.locale ?? this.session?.locale ?? (document.documentElement.lang || 'en');
  }

  #looks() {
    return {
      controller: this.#controller,
      locale: this.#wishedLocale(),
      text: this.#text,
      theme: this.#theme,
      headingLevel: headingLevelOf(this.getAttribute('heading-level')),
      canRenew: this.#access.fetchToken !== undefined,
      onClose: this.#onClose,
    };
  }
}
