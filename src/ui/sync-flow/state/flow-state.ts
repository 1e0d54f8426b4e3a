import type {
  FlowAction,
  FlowBootstrap,
  FlowConfiguration,
  FlowPeriod,
  FlowPreview,
  FlowStatus,
} from '../api/contract.js';
import type { FlowFailure } from '../api/flow-failure.js';

export type Screen = 'choose' | 'when' | 'review' | 'done' | 'status';

/** `open` is the flow itself; the others take its place. */
export type Phase = 'loading' | 'open' | 'invalid' | 'expired' | 'failed';

/** What a merchant can get wrong, by the field that shows it. */
export type Field = keyof FlowConfiguration;

export interface FieldError {
  readonly code: string;
  /** The server's words, for a code that the page has none for. */
  readonly message: string;
}

export interface PreviewState {
  readonly phase: 'none' | 'loading' | 'ready' | 'failed';
  readonly result: FlowPreview | undefined;
  /** The dates that were shown before the day moved on under them. */
  readonly before: FlowPreview | undefined;
}

export interface Conflict {
  readonly current: FlowConfiguration;
  readonly version: number;
  readonly changedBy: string | null;
  readonly changedAt: string | null;
}

export interface FlowPage {
  readonly phase: Phase;
  readonly screen: Screen;
  /** Counts the merchant's own steps: each moves the focus to the new heading, the first page never does. */
  readonly steps: number;
  /** A field was opened from the review and leads back there. */
  readonly backToReview: boolean;
  readonly bootstrap: FlowBootstrap | undefined;
  readonly draft: FlowConfiguration | undefined;
  /** What the draft began as: what differs from it was chosen. */
  readonly original: FlowConfiguration | undefined;
  readonly saved: FlowConfiguration | null;
  readonly version: number | null;
  readonly preview: PreviewState;
  readonly errors: Readonly<Partial<Record<Field, FieldError>>>;
  /** `waiting`: asked for, and sent as soon as there is a connection. */
  readonly saving: 'no' | 'saving' | 'waiting';
  readonly online: boolean;
  readonly conflict: Conflict | undefined;
  readonly failure: FlowFailure | undefined;
  readonly status: FlowStatus | undefined;
  readonly acting: FlowAction | undefined;
  readonly firstPeriod: FlowPeriod | null;
  /** The save changed a configuration, rather than making the first. */
  readonly wasConfigured: boolean;
}

export const NO_PREVIEW: PreviewState = { phase: 'none', result: undefined, before: undefined };

export const firstPage = (online: boolean): FlowPage => ({
  phase: 'loading',
  screen: 'choose',
  steps: 0,
  backToReview: false,
  bootstrap: undefined,
  draft: undefined,
  original: undefined,
  saved: null,
  version: null,
  preview: NO_PREVIEW,
  errors: {},
  saving: 'no',
  online,
  conflict: undefined,
  failure: undefined,
  status: undefined,
  acting: undefined,
  firstPeriod: null,
  wasConfigured: false,
});
