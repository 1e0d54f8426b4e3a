import { Button } from '../controls/button.js';
import { Heading } from '../controls/heading.js';
import { SETTING_NAMES, settingText } from '../controls/settings-text.js';
import { useOpenFlow } from '../element/flow-context.js';
import { useDates } from '../i18n/use-dates.js';
import { changedFields } from '../state/draft.js';
import type { Conflict } from '../state/flow-state.js';

/** Somebody else saved in the meantime: both side by side, and the merchant chooses. */
export function ConflictScreen({ conflict }: { readonly conflict: Conflict }) {
  const { controller, words } = useOpenFlow();
  const dates = useDates();
  const who = conflict.changedBy ?? words.text('flow.state.somebody');
  const ago = conflict.changedAt === null ? '' : dates.ago(conflict.changedAt);
  return (
    <div role="alert">
      <Heading>{words.text('flow.state.conflictHeading')}</Heading>
      <p class="intro">{words.text('flow.state.conflictBody', { who, ago })}</p>
      <ConflictTable conflict={conflict} />
      <div class="actions">
        <Button onPress={() => controller.resolve('saved')}>{words.text('flow.state.conflictUse')}</Button>
        <Button look="primary" onPress={() => controller.resolve('draft')}>
          {words.text('flow.state.conflictKeep')}
        </Button>
      </div>
    </div>
  );
}

function ConflictTable({ conflict: { current } }: { readonly conflict: Conflict }) {
  const { bootstrap, draft, words } = useOpenFlow();
  const dates = useDates();
  const differing = changedFields(current, draft);
  if (differing.length === 0) return null;
  const telling = { words, dates, bootstrap };
  return (
    <table class="periods sides">
      <thead>
        <tr>
          <td />
          <th scope="col">{words.text('flow.state.conflictSaved')}</th>
          <th scope="col">{words.text('flow.state.conflictYours')}</th>
        </tr>
      </thead>
      <tbody>
        {SETTING_NAMES.filter(([field]) => differing.includes(field)).map(([field, name]) => (
          <tr key={field}>
            <th scope="row">{words.text(name)}</th>
            <td>{settingText(field, current, telling)}</td>
            <td>{settingText(field, draft, telling)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
