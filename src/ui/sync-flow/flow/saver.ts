import { newIdempotencyKey, type FlowClient, type FlowSave } from '../api/flow-client.js';
import type { FlowSaved } from '../api/contract.js';
import { asFailure, FlowFailure } from '../api/flow-failure.js';
import type { FlowPage } from '../state/flow-state.js';
import type { FlowStore } from './flow-store.js';

/** Milliseconds until attempt n + 2: 1, 2, 4, 8, 16, 30, 30 … seconds. */
export const pauseAfter = (attempt: number): number => Math.min(30_000, 1000 * 2 ** attempt);

interface Attempt {
  readonly save: FlowSave;
  /** Those before it. */
  readonly count: number;
}

/** Saves once, however often it is asked and however long there is no connection: every attempt has the same key. */
export class Saver {
  #waiting: Attempt | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts up when a save is withdrawn: what comes of the one under way then starts nothing any more. */
  #turn = 0;

  constructor(
    private readonly store: FlowStore,
    private readonly client: () => FlowClient,
    private readonly onSaved: (answer: FlowSaved) => void,
  ) {}

  /** Does nothing unless the page shows a preview of exactly what is to be saved. */
  async save(): Promise<void> {
    const { draft, preview, version, saving } = this.store.page;
    if (saving !== 'no' || draft === undefined || preview.phase !== 'ready' || preview.result === undefined) return;
    const { fingerprint } = preview.result;
    const save = { configuration: draft, fingerprint, version, idempotencyKey: newIdempotencyKey() };
    await this.#attempt({ save, count: 0 });
  }

  /** An edit or a step away withdraws what waits. */
  readonly follow = (page: FlowPage): void => {
    if (page.saving === 'no') this.#withdraw();
  };

  /** The connection is back. What is under way is left to itself. */
  async hurry(): Promise<void> {
    const waiting = this.#waiting;
    clearTimeout(this.#timer);
    this.#waiting = undefined;
    if (waiting !== undefined) await this.#attempt(waiting);
  }

  /** The page is gone, and with it what it waited for: should it come back, the merchant is to ask again. */
  stop(): void {
    this.#withdraw();
    if (this.store.page.saving !== 'no') this.store.dispatch({ type: 'saveWithdrawn' });
  }

  #withdraw(): void {
    clearTimeout(this.#timer);
    this.#waiting = undefined;
    this.#turn += 1;
  }

  async #attempt(attempt: Attempt): Promise<void> {
    const turn = this.#turn;
    this.store.dispatch({ type: 'saving' });
    const answer = await this.client().save(attempt.save).catch(asFailure);
    const counts = turn === this.#turn;
    if (!(answer instanceof FlowFailure)) {
      this.store.dispatch({ type: counts ? 'saved' : 'savedBehind', answer });
      this.onSaved(answer);
    } else if (counts) this.#failed(attempt, answer);
  }

  #failed({ save, count }: Attempt, failure: FlowFailure): void {
    const { kind } = failure;
    if (kind !== 'offline' && kind !== 'busy') return this.store.dispatch({ type: 'saveFailed', failure });
    if (kind === 'offline') this.store.dispatch({ type: 'saveWaits' });
    this.#waiting = { save, count: count + 1 };
    this.#timer = setTimeout(() => void this.hurry(), pauseAfter(count));
  }
}
