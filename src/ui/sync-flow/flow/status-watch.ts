import type { FlowClient } from '../api/flow-client.js';
import { asFailure } from '../api/flow-failure.js';
import type { FlowPage } from '../state/flow-state.js';
import type { FlowStore } from './flow-store.js';

/** Milliseconds between two looks. */
const PAUSE = 15_000;

/** Reads the status while it is being looked at: on the status page, in a visible tab. */
export class StatusWatch {
  #etag: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isRunning = false;

  constructor(
    private readonly store: FlowStore,
    private readonly client: () => FlowClient,
  ) {}

  readonly follow = (page: FlowPage, before: FlowPage): void => {
    if (!isShown(page)) return this.stop();
    if (isShown(before)) return;
    // A page that opens on the status has just been given it.
    this.#next(before.bootstrap === undefined && page.status !== undefined ? PAUSE : 0);
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
      if (answer === undefined) return;
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
    if (this.#isRunning && isShown(this.store.page)) this.#next(PAUSE);
  }
}

const isShown = ({ phase, screen }: FlowPage): boolean => phase === 'open' && screen === 'status';
