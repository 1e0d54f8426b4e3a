import type { FlowClient } from '../api/flow-client.js';
import { asFailure } from '../api/flow-failure.js';
import type { FlowPage } from '../state/flow-state.js';
import type { FlowStore } from './flow-store.js';

/** Milliseconds between two looks, and while something is on its way. */
const PAUSE = 15_000;
const QUICK_PAUSE = 2_500;

/** Quick looks that see nothing new before it is called slow: 100 seconds. */
const QUICK_LOOKS = 40;

/** Reads the status while it is being looked at: on the status page, in a visible tab. */
export class StatusWatch {
  #etag: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isRunning = false;
  /** Quick looks that are left. */
  #quick = 0;

  constructor(
    private readonly store: FlowStore,
    private readonly client: () => FlowClient,
  ) {}

  readonly follow = (page: FlowPage, before: FlowPage): void => {
    if (!isShown(page)) return this.stop();
    if (page.status !== before.status && isBusy(page.status)) this.#quick = QUICK_LOOKS;
    if (isNew(page, before)) this.#quick = QUICK_LOOKS;
    if (isShown(before)) return this.#hasten(page, before);
    // A page that opens on the status has just been given it.
    this.#next(before.bootstrap === undefined && page.status !== undefined ? this.#pause() : 0);
  };

  /** The tab was hidden or shown. */
  readonly looked = (): void => {
    if (isShown(this.store.page)) this.#next(0);
  };

  /** Also what is being read now asks for nothing more. */
  stop(): void {
    this.#isRunning = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async read(): Promise<void> {
    try {
      const answer = await this.client().status(this.#etag);
      if (answer === undefined) return this.store.dispatch({ type: 'connected', online: true });
      this.#etag = answer.etag;
      this.store.dispatch({ type: 'statusRead', status: answer.status });
    } catch (error) {
      const failure = asFailure(error);
      if (failure.kind === 'offline') this.store.dispatch({ type: 'connected', online: false });
      if (failure.kind === 'expired') this.store.dispatch({ type: 'openFailed', failure });
    }
  }

  #next(pause: number): void {
    clearTimeout(this.#timer);
    this.#isRunning = true;
    if (document.visibilityState === 'hidden') return;
    this.#timer = setTimeout(() => void this.#look(), pause);
  }

  async #look(): Promise<void> {
    await this.read();
    if (this.#isRunning && isShown(this.store.page)) this.#next(this.#pause());
  }

  /** What was asked for by hand is looked at sooner than a look that is already planned. */
  #hasten(page: FlowPage, before: FlowPage): void {
    if (isNew(page, before)) this.#next(QUICK_PAUSE);
  }

  #pause(): number {
    if (this.#quick === 0) return PAUSE;
    this.#quick -= 1;
    return QUICK_PAUSE;
  }
}

const isShown = ({ phase, screen }: FlowPage): boolean => phase === 'open' && screen === 'status';

/** Just saved, or an action has come to something. */
const isNew = (page: FlowPage, before: FlowPage): boolean =>
  (before.screen === 'done' && page.screen === 'status') || (before.acting !== undefined && page.acting === undefined);

/** A run is under way or waits for its turn. */
const isBusy = (status: FlowPage['status']): boolean =>
  status !== undefined && (status.running !== null || status.state === 'running' || status.state === 'catching_up');
