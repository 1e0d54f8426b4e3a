import { useOpenFlow } from '../element/flow-context.js';
import type { TextKey } from '../i18n/words.js';
import type { Screen } from '../state/flow-state.js';
import { screensOf } from '../state/steps.js';

const NAMES: Readonly<Partial<Record<Screen, TextKey>>> = {
  choose: 'flow.steps.what',
  when: 'flow.steps.when',
  review: 'flow.steps.review',
};

/** Where the merchant is. Not shown where there is only one step. */
export function Steps() {
  const { page, bootstrap, words } = useOpenFlow();
  const screens = screensOf(bootstrap);
  const at = screens.indexOf(page.screen);
  if (screens.length < 2 || at < 0) return null;
  return (
    <nav aria-label={words.text('flow.steps.label')}>
      <ol class="steps" part="steps">
        {screens.map((screen, index) => (
          <li
            key={screen}
            class={index <= at ? 'step reached' : 'step'}
            aria-current={index === at ? 'step' : undefined}
          >
            {words.text(NAMES[screen] ?? 'flow.steps.review')}
          </li>
        ))}
      </ol>
    </nav>
  );
}
