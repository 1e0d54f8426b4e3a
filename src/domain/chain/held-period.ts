import { conflict } from '../problem.js';
import type { PeriodStatus } from './sync-period.js';

/** An open period, as far as it matters who has it. */
export interface OpenState {
  readonly status: PeriodStatus;
  readonly kind: 'chain' | 'latest' | 'range';
  /** Its latest run. */
  readonly runId?: string;
}

/**
 * Whether a run has a period in its keeping. One that somebody asked for does so even before it starts: it has the
 * schedule's due date in keeping.
 */
export const isHeld = ({ status, kind }: OpenState): boolean => status === 'running' || kind !== 'chain';

/** Throws 409 `run_active` where a run is under way that reads as it was told; what it reads cannot change under it. */
export function requireNotHeld(open: OpenState | undefined): void {
  if (open === undefined || !isHeld(open)) return;
  const message =
    'A run is under way and reads as it was told. Change how the sync reads when it has ended, or abort it.';
  throw conflict('run_active', message, open.runId === undefined ? undefined : { activeRunId: open.runId });
}
