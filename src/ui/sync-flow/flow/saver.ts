import { newIdempotencyKey, type FlowClient, type FlowSave } from '../api/flow-client.js';
import type { FlowSaved } from '../api/contract.js';
import { asFailure } from '../api/flow-failure.js';
import type { FlowPage } from '../state/flow-state.js';
import type { FlowStore } from './flow-store.js';

/** Milliseconds until attempt n + 2: 1, 2, 4, 8, 16, 30, 30 … seconds. */
export const pauseAfter = (attempt: number): number => Math.min(30_000, 1000 * 2 ** attempt);

/** Saves once, however often it is asked and however long there is no connection: every attempt has the same key. */
export class Saver {
  #waiting: { readonly save: FlowSave; readonly attempt: number } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

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
    await this.#attempt({ configuration: draft, fingerprint, version, idempotencyKey: newIdempotencyKey() }, 0);
  }

  /** An edit or a step away withdraws what waits. */
  readonly follow = (page: FlowPage): void => {
    if (page.saving === 'no') this.stop();
  };

  /** The connection is back. */
  async hurry(): Promise<void> {
    const waiting = this.#waiting;
    this.stop();
    if (waiting !== undefined) await this.#attempt(waiting.save, waiting.attempt);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#waiting = undefined;
  }

  async #attempt(save: FlowSave, attempt: number): Promise<void> {
    this.store.dispatch({ type: 'saving' });
    try {
      const answer = await this.client().save(save);
      this.store.dispatch({ type: 'saved', answer });
      this.onSaved(answer);
    } catch (error) {
      const failure = asFailure(error);
      if (failure.kind !== 'offline') return this.store.dispatch({ type: 'saveFailed', failure });
      this.store.dispatch({ type: 'saveWaits' });
      this.#waiting = { save, attempt: attempt + 1 };
      this.#timer = setTimeout(() => void this.hurry(), pauseAfter(attempt));
    }
  }
}
