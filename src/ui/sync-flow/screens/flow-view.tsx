import type { ComponentType } from 'preact';
import { Button } from '../controls/button.js';
import { Icon } from '../controls/icon.js';
import { useFlow } from '../element/flow-context.js';
import type { Phase } from '../state/flow-state.js';
import { ExpiredScreen, FailedScreen, InvalidScreen } from './ended-screen.js';
import { LoadingScreen } from './loading-screen.js';
import { OpenScreen } from './open-screen.js';

const PHASES: Readonly<Record<Phase, ComponentType>> = {
  loading: LoadingScreen,
  open: OpenScreen,
  invalid: InvalidScreen,
  expired: ExpiredScreen,
  failed: FailedScreen,
};

/** The page, whatever it shows. */
export function FlowView() {
  const { page, words, onClose } = useFlow();
  const Shown = PHASES[page.phase];
  return (
    <div class="root" part="root" dir={words.direction} lang={words.tag} aria-busy={page.phase === 'loading'}>
      <span class="probe" />
      {onClose !== undefined && (
        <div class="close">
          <Button label={words.text('flow.common.close')} onPress={onClose}>
            <Icon shape="cross" />
          </Button>
        </div>
      )}
      <slot name="header" />
      <Shown />
      <slot name="help" />
      <slot name="footer" />
    </div>
  );
}
