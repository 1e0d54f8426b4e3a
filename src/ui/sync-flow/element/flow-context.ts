import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { FlowBootstrap, FlowConfiguration } from '../api/contract.js';
import type { FlowController } from '../flow/flow-controller.js';
import type { Words } from '../i18n/words.js';
import type { LaterScreens } from '../screens/screen-set.js';
import type { FlowPage } from '../state/flow-state.js';

export interface FlowContextValue {
  readonly page: FlowPage;
  readonly controller: FlowController;
  readonly words: Words;
  readonly now: () => Date;
  readonly headingLevel: number;
  /** A token can be asked for again; a hosted page's link works once. */
  readonly canRenew: boolean;
  readonly onClose: (() => void) | undefined;
  /** Undefined until they have been fetched. */
  readonly screens: LaterScreens | undefined;
}

const FlowContext = createContext<FlowContextValue | undefined>(undefined);

export const FlowProvider = FlowContext.Provider;

export function useFlow(): FlowContextValue {
  const value = useContext(FlowContext);
  if (value === undefined) throw new Error('outside of a flow');
  return value;
}

export interface OpenFlow extends FlowContextValue {
  readonly bootstrap: FlowBootstrap;
  readonly draft: FlowConfiguration;
}

/** For what is shown only once the session is open. */
export function useOpenFlow(): OpenFlow {
  const value = useFlow();
  const { bootstrap, draft } = value.page;
  if (bootstrap === undefined || draft === undefined) throw new Error('before the session is open');
  return { ...value, bootstrap, draft };
}
