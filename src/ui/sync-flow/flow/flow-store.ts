import { reduce } from '../state/reduce.js';
import type { FlowEvent } from '../state/flow-event.js';
import { firstPage, type FlowPage } from '../state/flow-state.js';

export type Follower = (page: FlowPage, before: FlowPage) => void;

/** The page as it is, and who follows it. */
export class FlowStore {
  #page: FlowPage;
  readonly #followers = new Set<Follower>();

  constructor(online: boolean) {
    this.#page = firstPage(online);
  }

  get page(): FlowPage {
    return this.#page;
  }

  dispatch(event: FlowEvent): void {
    const before = this.#page;
    this.#page = reduce(before, event);
    if (this.#page === before) return;
    for (const follow of this.#followers) follow(this.#page, before);
  }

  /** Answers how to stop. */
  follow(follower: Follower): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }
}
