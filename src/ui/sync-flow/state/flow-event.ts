import type {
  FlowActed,
  FlowAction,
  FlowBootstrap,
  FlowConfiguration,
  FlowPreview,
  FlowSaved,
  FlowStatus,
  FlowView,
} from '../api/contract.js';
import type { FlowFailure } from '../api/flow-failure.js';
import type { Field, FieldError, Screen } from './flow-state.js';

/** Everything that can happen to the page. */
export type FlowEvent =
  | {
      readonly type: 'opened';
      readonly bootstrap: FlowBootstrap;
      /** Proposed where nothing is saved and the session names none. */
      readonly timeZone: string;
      readonly view: FlowView;
    }
  | { readonly type: 'opening' }
  | { readonly type: 'openFailed'; readonly failure: FlowFailure }
  | { readonly type: 'edited'; readonly change: Partial<FlowConfiguration> }
  | { readonly type: 'refused'; readonly errors: Readonly<Partial<Record<Field, FieldError>>>; readonly screen: Screen }
  | { readonly type: 'stepped'; readonly screen: Screen; readonly backToReview?: boolean }
  | { readonly type: 'previewing' }
  | { readonly type: 'previewed'; readonly preview: FlowPreview }
  | { readonly type: 'previewFailed'; readonly failure: FlowFailure }
  | { readonly type: 'saving' }
  | { readonly type: 'saveWaits' }
  | { readonly type: 'saveWithdrawn' }
  | { readonly type: 'saved'; readonly answer: FlowSaved }
  /** A save that was withdrawn while it was under way had reached the server. */
  | { readonly type: 'savedBehind'; readonly answer: FlowSaved }
  | { readonly type: 'saveFailed'; readonly failure: FlowFailure }
  | { readonly type: 'savedSettingsTaken' }
  | { readonly type: 'draftKept' }
  | { readonly type: 'statusRead'; readonly status: FlowStatus }
  | { readonly type: 'acted'; readonly answer: FlowActed }
  | { readonly type: 'acting'; readonly action: FlowAction }
  | { readonly type: 'actionFailed'; readonly failure: FlowFailure }
  | { readonly type: 'connected'; readonly online: boolean }
  | {
      readonly type: 'textsRead';
      readonly text: Readonly<Record<string, string>>;
      /** Its reasons are in that language, too. */
      readonly status: FlowStatus | null;
    }
  | { readonly type: 'shown'; readonly screen: Screen }
  | { readonly type: 'reset' };

export type EventOf<T extends FlowEvent['type']> = Extract<FlowEvent, { readonly type: T }>;
