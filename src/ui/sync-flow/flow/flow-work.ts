import type { FlowAction } from '../api/contract.js';
import { newIdempotencyKey, type FlowClient } from '../api/flow-client.js';
import { asFailure } from '../api/flow-failure.js';
import type { Announce } from './announcements.js';
import type { FlowStore } from './flow-store.js';
import { Previewer } from './previewer.js';
import { Saver } from './saver.js';
import { StatusWatch } from './status-watch.js';

export interface WorkPlace {
  readonly store: FlowStore;
  readonly client: () => FlowClient;
  readonly announce: Announce;
}

/** What the later screens ask of the server. It comes with them, and begins with the page as it is by then. */
export class FlowWork {
  readonly #previewer: Previewer;
  readonly #saver: Saver;
  readonly #watch: StatusWatch;

  constructor(private readonly place: WorkPlace) {
    const { store, client, announce } = place;
    this.#previewer = new Previewer(store, client);
    this.#saver = new Saver(store, client, (answer) => announce('syncflow-complete', answer));
    this.#watch = new StatusWatch(store, client);
    for (const { follow } of [this.#previewer, this.#saver, this.#watch]) store.follow(follow);
    this.start();
  }

  start(): void {
    document.addEventListener('visibilitychange', this.#watch.looked);
    this.#previewer.start(this.place.store.page);
    this.#watch.looked();
  }

  stop(): void {
    document.removeEventListener('visibilitychange', this.#watch.looked);
    // The saver's end is news to the previewer, which is not to begin again with it.
    for (const part of [this.#saver, this.#previewer, this.#watch]) part.stop();
  }

  /** The connection is back: what waited for it goes on. */
  connected(): void {
    void this.#saver.hurry();
    if (this.place.store.page.preview.phase === 'failed') this.#previewer.again();
    this.#watch.looked();
  }

  async save(): Promise<void> {
    await this.#saver.save();
  }

  previewAgain(): void {
    this.#previewer.again();
  }

  async act(action: FlowAction): Promise<void> {
    const { store, client, announce } = this.place;
    if (store.page.acting !== undefined) return;
    store.dispatch({ type: 'acting', action });
    try {
      const answer = await client().act(action, newIdempotencyKey());
      store.dispatch({ type: 'acted', answer });
      announce('syncflow-action', { action });
    } catch (error) {
      store.dispatch({ type: 'actionFailed', failure: asFailure(error) });
    }
  }
}
