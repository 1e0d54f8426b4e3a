import { useOpenFlow } from '../element/flow-context.js';
import { useDates } from '../i18n/use-dates.js';
import type { Field, Screen } from '../state/flow-state.js';
import { mayEdit, startIsLocked } from '../state/rights.js';
import { Button } from './button.js';
import { SETTING_NAMES, settingText } from './settings-text.js';

/** The draft's settings, each with the way back to it. */
export function SettingsList() {
  const { draft, bootstrap, words } = useOpenFlow();
  const dates = useDates();
  const { frequencies, syncHour } = bootstrap.options;
  const shown: Readonly<Record<Field, boolean>> = {
    models: true,
    startDate: true,
    timeZone: true,
    syncHour: syncHour.editable || draft.syncHour !== 0,
    selectedFrequency: frequencies.length > 1,
    interval: draft.interval !== null,
  };
  return (
    <dl class="settings" aria-label={words.text('flow.review.settings')}>
      {SETTING_NAMES.filter(([field]) => shown[field]).map(([field, name]) => (
        <div class="setting" key={field}>
          <dt>{words.text(name)}</dt>
          <dd>{settingText(field, draft, { words, dates, bootstrap })}</dd>
          <dd class="setting-change">
            <ChangeButton field={field} label={words.text(name)} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function ChangeButton({ field, label }: { readonly field: Field; readonly label: string }) {
  const { bootstrap, controller, words } = useOpenFlow();
  const { models, syncHour } = bootstrap.options;
  const fixed =
    (field === 'models' && models.every(({ required }) => required)) ||
    (field === 'startDate' && startIsLocked(bootstrap)) ||
    (field === 'syncHour' && !syncHour.editable);
  if (!mayEdit(bootstrap) || fixed) return null;
  const screen: Screen = field === 'models' ? 'choose' : 'when';
  return (
    <Button
      look="link"
      label={words.text('flow.common.changeField', { field: label })}
      onPress={() => controller.go(screen, true)}
    >
      {words.text('flow.common.change')}
    </Button>
  );
}
