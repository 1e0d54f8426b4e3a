import type { Instant } from '../time/instant.js';

/** The field of a record that says how recent it is. */
export type RecencyField = 'updated_at' | 'created_at';

/** Which of the records in its range a run takes: those since an instant, then the newest so many of each model. */
export interface RecordFilter {
  readonly since?: { readonly at: Instant; readonly by: RecencyField };
  /** Per model. */
  readonly last?: { readonly count: number; readonly by: RecencyField };
}
