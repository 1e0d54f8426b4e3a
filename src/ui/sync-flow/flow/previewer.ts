import type { FlowConfiguration } from '../api/contract.js';
import type { FlowClient } from '../api/flow-client.js';
import { asFailure } from '../api/flow-failure.js';
import { check } from '../state/checks.js';
import type { FlowPage } from '../state/flow-state.js';
import { isExpress } from '../state/rights.js';
import type { FlowStore } from './flow-store.js';

/** Milliseconds after the last edit; a first preview does not wait. */
const PAUSE = 250;

/** Keeps the preview that of the draft: the newest question only, the older ones are called off. */
export class Previewer {
  #asked: FlowConfiguration | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;
  #underWay = new AbortController();

  constructor(
    private readonly store: FlowStore,
    private readonly client: () => FlowClient,
  ) {}

  readonly follow = (page: FlowPage): void => {
    if (this.#isStopped || page.draft === undefined) return;
    if (page.draft !== this.#asked) this.#callOff();
    if (!wantsPreview(page)) return;
    if (page.draft === this.#asked && page.preview.phase !== 'none') return;
    this.#asked = page.draft;
    const { draft } = page;
    this.#timer = setTimeout(() => void this.#ask(draft), page.preview.result === undefined ? 0 : PAUSE);
  };

  again(): void {
    this.#asked = undefined;
    this.follow(this.store.page);
  }

  start(page: FlowPage): void {
    this.#isStopped = false;
    this.follow(page);
  }

  /** Nothing is asked until it is started again. */
  stop(): void {
    this.#isStopped = true;
    this.#callOff();
  }

  /** An answer about an earlier draft is not to come. */
  #callOff(): void {
    clearTimeout(this.#timer);
    this.#underWay.abort();
    this.#asked = undefined;
  }

  async #ask(draft: FlowConfiguration): Promise<void> {
    this.#underWay.abort();
    const { signal } = (this.#underWay = new AbortController());
    this.store.dispatch({ type: 'previewing' });
    try {
      const preview = await this.client().preview(draft, { signal });
      if (!signal.aborted) this.store.dispatch({ type: 'previewed', preview });
    } catch (error) {
      if (!signal.aborted) this.store.dispatch({ type: 'previewFailed', failure: asFailure(error) });
    }
  }
}

function wantsPreview({ phase, screen, bootstrap, draft }: FlowPage): boolean {
  if (phase !== 'open' || bootstrap === undefined || draft === undefined) return false;
  const shown = screen === 'when' || screen === 'review' || (screen === 'choose' && isExpress(bootstrap));
  return shown && Object.keys(check(draft, bootstrap)).length === 0;
}
