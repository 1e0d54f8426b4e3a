import type { ComponentType } from 'preact';
import type { FlowWork, WorkPlace } from '../flow/flow-work.js';
import type { Conflict, Screen } from '../state/flow-state.js';

/** Every screen but the first, what they look like, and what they ask of the server. */
export interface LaterScreens {
  readonly screens: Readonly<Record<Exclude<Screen, 'choose'>, ComponentType>>;
  readonly ConflictScreen: ComponentType<{ readonly conflict: Conflict }>;
  readonly ExpressScreen: ComponentType;
  readonly FlowWork: new (place: WorkPlace) => FlowWork;
  readonly sheet: CSSStyleSheet;
}
