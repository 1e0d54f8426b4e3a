import type { FlowConfiguration, FlowView } from '../api/contract.js';
import type { FlowClient } from '../api/flow-client.js';
import { asFailure, FlowFailure } from '../api/flow-failure.js';
import { check, errorsOn, screenOf } from '../state/checks.js';
import type { Screen } from '../state/flow-state.js';
import { firstScreen } from '../state/rights.js';
import { screensOf } from '../state/steps.js';
import { Announcements, type Announce } from './announcements.js';
import { FlowStore } from './flow-store.js';
import type { FlowWork, WorkPlace } from './flow-work.js';

export interface FlowHost {
  /** Throws where the element's address leads nowhere. */
  readonly client: () => FlowClient;
  readonly announce: Announce;
  readonly view: () => FlowView;
  /** To propose where neither a configuration nor the session has one. */
  readonly timeZone: () => string;
  /** What the page is to be in; undefined leaves it to the session. */
  readonly askedLocale: () => string | undefined;
  readonly locale: () => string;
  /** The same as the server takes it; undefined for what is no language. */
  readonly tag: () => string | undefined;
}

/** What a merchant can do, each in one method. */
export class FlowController {
  readonly store = new FlowStore(navigator.onLine);
  readonly #announcements: Announcements;
  #work: FlowWork | undefined;
  #underWay = false;
  #client: FlowClient | undefined;
  /** Of the texts that were asked for last: those of a slower answer before it are not wanted any more. */
  #texts = 0;

  constructor(private readonly host: FlowHost) {
    this.#announcements = new Announcements(host.announce, host.locale);
    this.store.follow(this.#announcements.follow);
  }

  /** Made when it is first needed. */
  get client(): FlowClient {
    return (this.#client ??= this.host.client());
  }

  get work(): FlowWork | undefined {
    return this.#work;
  }

  /** The later screens have come, and with them what they do. */
  join(Work: new (place: WorkPlace) => FlowWork): void {
    if (this.#work !== undefined) return;
    this.#work = new Work({ store: this.store, client: () => this.client, announce: this.host.announce });
  }

  /** They have not come. */
  lost(): void {
    this.store.dispatch({ type: 'openFailed', failure: new FlowFailure('server', undefined, '') });
  }

  start(): void {
    if (this.#underWay) return;
    this.#underWay = true;
    this.#announcements.enter();
    addEventListener('online', this.#connected);
    addEventListener('offline', this.#connected);
    if (this.store.page.bootstrap === undefined) void this.open();
    else this.#work?.start();
  }

  stop(): void {
    this.#underWay = false;
    removeEventListener('online', this.#connected);
    removeEventListener('offline', this.#connected);
    this.#work?.stop();
    this.#announcements.exit(this.store.page);
  }

  async open(): Promise<void> {
    this.store.dispatch({ type: 'opening' });
    try {
      const wish = this.host.askedLocale();
      const bootstrap = await this.client.session(wish);
      this.store.dispatch({ type: 'opened', bootstrap, timeZone: this.host.timeZone(), view: this.host.view() });
      const { session } = bootstrap;
      const unasked = wish === undefined && session.locale === null && !this.host.locale().startsWith('en');
      if (unasked || wish !== this.host.askedLocale()) await this.readTexts();
    } catch (error) {
      this.store.dispatch({ type: 'openFailed', failure: asFailure(error) });
    }
  }

  /** The client's own words in another language. Its absence is no failure: the page has words of its own. */
  async readTexts(): Promise<void> {
    if (this.store.page.bootstrap === undefined) return;
    const turn = (this.#texts += 1);
    const answer = await this.client.session(this.host.tag()).catch(() => undefined);
    if (answer !== undefined && turn === this.#texts)
      this.store.dispatch({ type: 'textsRead', text: answer.text, status: answer.status });
  }

  /** What the host wants shown, within what the session allows. It moves no focus: nobody took a step. */
  show(view: FlowView): void {
    const { bootstrap } = this.store.page;
    if (bootstrap !== undefined) this.store.dispatch({ type: 'shown', screen: firstScreen(bootstrap, view) });
  }

  reset(): Promise<void> {
    this.store.dispatch({ type: 'reset' });
    return this.open();
  }

  edit(change: Partial<FlowConfiguration>): void {
    this.store.dispatch({ type: 'edited', change });
  }

  /** To the next screen; stays where there is something to put right. */
  next(): void {
    const { bootstrap, draft, screen, backToReview } = this.store.page;
    if (bootstrap === undefined || draft === undefined) return;
    const errors = errorsOn(check(draft, bootstrap), screen);
    if (Object.keys(errors).length > 0) return this.store.dispatch({ type: 'refused', errors, screen });
    const screens = screensOf(bootstrap);
    this.go(backToReview ? 'review' : (screens[screens.indexOf(screen) + 1] ?? 'review'));
  }

  back(): void {
    const { bootstrap, screen, backToReview } = this.store.page;
    if (bootstrap === undefined) return;
    const screens = screensOf(bootstrap);
    this.go(backToReview ? 'review' : (screens[screens.indexOf(screen) - 1] ?? 'status'));
  }

  /** That no answer came is news of the last request; without an `offline` of the browser's, the next one tells anew. */
  go(screen: Screen, backToReview = false): void {
    this.store.dispatch({ type: 'connected', online: navigator.onLine });
    this.store.dispatch({ type: 'stepped', screen, backToReview });
  }

  async save(): Promise<void> {
    const { bootstrap, draft } = this.store.page;
    if (bootstrap === undefined || draft === undefined) return;
    const errors = check(draft, bootstrap);
    const screen = screenOf(errors);
    if (screen !== undefined) return this.store.dispatch({ type: 'refused', errors, screen });
    await this.#work?.save();
  }

  /** After a conflict: what is saved now, or the draft on top of it. */
  resolve(use: 'saved' | 'draft'): void {
    this.store.dispatch({ type: use === 'saved' ? 'savedSettingsTaken' : 'draftKept' });
  }

  readonly #connected = (): void => {
    const online = navigator.onLine;
    this.store.dispatch({ type: 'connected', online });
    if (!online) return;
    this.#work?.connected();
    if (this.store.page.phase === 'failed') void this.open();
  };
}
