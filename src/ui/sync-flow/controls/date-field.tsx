import { useOpenFlow } from '../element/flow-context.js';
import { useDates } from '../i18n/use-dates.js';
import { dateIn } from '../i18n/dates.js';
import type { TextKey } from '../i18n/words.js';
import { startIsLocked } from '../state/rights.js';
import { Button } from './button.js';
import { describedBy, Field, useErrorFocus, useFieldError } from './field.js';

const isDate = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text);

/** The browser's own field, and the date in words: the field shows it in the browser's format, which is not always the merchant's. */
export function DateField() {
  const { bootstrap, draft, controller, words } = useOpenFlow();
  const dates = useDates();
  const { min, max } = bootstrap.constraints.startDate;
  const locked = startIsLocked(bootstrap);
  const range = { min: dates.short(min), max: dates.short(max) };
  const error = useFieldError('startDate', ({ code }) =>
    code === 'out_of_range' ? words.text('flow.when.startRange', range) : undefined,
  );
  const input = useErrorFocus<HTMLInputElement>('startDate');
  const inWords = isDate(draft.startDate) ? dates.long(draft.startDate) : '';
  const hint = locked ? words.text('flow.when.startLocked') : inWords;
  return (
    <Field
      name="startDate"
      label={words.text('flow.when.startDate')}
      hint={hint}
      error={error}
      group={locked}
      after={!locked && <Chips />}
    >
      {locked ? (
        <p class="fixed">{dates.long(draft.startDate)}</p>
      ) : (
        <input
          id="startDate"
          ref={input}
          class="input"
          part="input"
          type="date"
          min={min}
          max={max}
          value={draft.startDate}
          aria-invalid={error !== undefined}
          aria-describedby={describedBy('startDate', error)}
          onInput={({ currentTarget }) => controller.edit({ startDate: currentTarget.value })}
        />
      )}
    </Field>
  );
}

/** Dates that many choose. All are on the calendar of the chosen zone. */
function Chips() {
  const { bootstrap, draft, controller, words, now } = useOpenFlow();
  const { min, max } = bootstrap.constraints.startDate;
  const today = dateIn(draft.timeZone, now());
  const chips: readonly (readonly [TextKey, string])[] = [
    ['flow.when.today', today],
    ['flow.when.thisMonth', `${today.slice(0, 8)}01`],
    ['flow.when.thisYear', `${today.slice(0, 5)}01-01`],
  ];
  return (
    <div class="chips">
      {chips.map(([key, date]) => (
        <Button
          key={key}
          look="chip"
          disabled={date < min || date > max}
          pressed={draft.startDate === date}
          onPress={() => controller.edit({ startDate: date })}
        >
          {words.text(key)}
        </Button>
      ))}
    </div>
  );
}
