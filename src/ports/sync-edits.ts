import type { Instant } from '../domain/time/instant.js';
import type { FlowActor } from './flow-sessions.js';
import type { Page, PageRequest } from './page.js';

/** Who edits a sync. */
export type Editor =
  | { readonly kind: 'api_key'; readonly apiKeyId: string }
  | { readonly kind: 'flow'; readonly sessionId: string; readonly actor?: FlowActor };

/** One member of a sync, or of its schedule, before and after; null where there was nothing. */
export interface FieldChange {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Who changed what of a sync. */
export interface SyncEdit {
  readonly id: string;
  readonly syncId: string;
  readonly kind: 'created' | 'changed';
  readonly editedBy: Editor;
  /** Never empty. */
  readonly changes: readonly FieldChange[];
  readonly editedAt: Instant;
}

export abstract class SyncEditStore {
  abstract insert(edit: SyncEdit): Promise<void>;
  /** Newest first. */
  abstract list(syncId: string, page: PageRequest): Promise<Page<SyncEdit>>;
}
