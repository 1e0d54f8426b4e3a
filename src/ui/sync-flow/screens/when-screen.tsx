import type { Frequency } from '../api/contract.js';
import { Button } from '../controls/button.js';
import { DateField } from '../controls/date-field.js';
import { Heading } from '../controls/heading.js';
import { PreviewPanel } from '../controls/preview-panel.js';
import { SelectField } from '../controls/select-field.js';
import { intervalText } from '../controls/settings-text.js';
import { ZoneField } from '../controls/zone-field.js';
import { useOpenFlow } from '../element/flow-context.js';
import { useDates } from '../i18n/use-dates.js';

const INTERVALS = ['PT5M', 'PT15M', 'PT30M', 'PT1H', 'PT2H', 'PT4H', 'PT6H', 'PT12H'];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** From when, and where a day begins. */
export function WhenScreen() {
  const { controller, words } = useOpenFlow();
  return (
    <>
      <Heading>{words.text('flow.when.heading')}</Heading>
      <p class="intro">{words.text('flow.when.intro')}</p>
      <WhenForm />
      <PreviewPanel />
      <div class="actions">
        <Button onPress={() => controller.back()}>{words.text('flow.common.back')}</Button>
        <Button look="primary" onPress={() => controller.next()}>
          {words.text('flow.common.continue')}
        </Button>
      </div>
    </>
  );
}

export function WhenForm() {
  const { bootstrap, draft } = useOpenFlow();
  const { frequencies, syncHour } = bootstrap.options;
  return (
    <div class="fields">
      <DateField />
      <ZoneField />
      {syncHour.editable && <SyncHourField />}
      {frequencies.length > 1 && <FrequencyField />}
      {draft.selectedFrequency === 'Interval' && <IntervalField />}
    </div>
  );
}

function SyncHourField() {
  const { draft, controller, words } = useOpenFlow();
  const dates = useDates();
  return (
    <SelectField
      name="syncHour"
      label={words.text('flow.when.syncHour')}
      hint={draft.selectedFrequency === 'Daily' && words.text('flow.when.syncHourHint')}
      value={String(draft.syncHour)}
      options={HOURS.map((hour) => [String(hour), dates.hour(hour)])}
      onChoose={(hour) => controller.edit({ syncHour: Number(hour) })}
    />
  );
}

function FrequencyField() {
  const { bootstrap, draft, controller, words } = useOpenFlow();
  return (
    <SelectField
      name="selectedFrequency"
      label={words.text('flow.when.frequency')}
      value={draft.selectedFrequency}
      options={bootstrap.options.frequencies.map((frequency) => [frequency, words.text(`flow.frequency.${frequency}`)])}
      onChoose={(frequency) => controller.edit({ selectedFrequency: frequency as Frequency })}
    />
  );
}

function IntervalField() {
  const { draft, controller, words } = useOpenFlow();
  const chosen = draft.interval ?? 'PT1H';
  const intervals = INTERVALS.includes(chosen) ? INTERVALS : [chosen, ...INTERVALS];
  return (
    <SelectField
      name="interval"
      label={words.text('flow.when.interval')}
      value={chosen}
      options={intervals.map((interval) => [interval, intervalText(interval, words.tag)])}
      onChoose={(interval) => controller.edit({ interval })}
    />
  );
}
