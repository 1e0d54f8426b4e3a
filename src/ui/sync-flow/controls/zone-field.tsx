import { useEffect, useRef } from 'preact/hooks';
import { useOpenFlow } from '../element/flow-context.js';
import type { ZoneMatch } from '../zones/zone-search.js';
import { useCombobox, type Combobox } from './combobox.js';
import { describedBy, Field, useErrorFocus, useFieldError } from './field.js';
import { offsetOf, timeIn, useZoneChoices, type ZoneChoices } from './zone-choices.js';

/** A place, found by its city, its country or a name of old. */
export function ZoneField() {
  const { draft, controller, words, now } = useOpenFlow();
  const choices = useZoneChoices(words.tag);
  const error = useFieldError('timeZone', () => words.text('flow.when.timeZoneRequired'));
  const box = useCombobox<ZoneMatch>({
    find: (typed) => choices.matches(typed, draft.timeZone),
    onChoose: ({ zone }) => controller.edit({ timeZone: zone.id }),
  });
  const time = timeIn(draft.timeZone, words.tag, now());
  return (
    <Field
      name="timeZone"
      label={words.text('flow.when.timeZone')}
      hint={words.text('flow.when.timeZoneNow', { zone: draft.timeZone, time })}
      error={error}
    >
      <div class="combobox">
        <ZoneInput box={box} error={error} shown={box.typed ?? choices.named(draft.timeZone)} />
        {box.open && <ZoneList box={box} choices={choices} />}
      </div>
      <ZoneCount box={box} />
    </Field>
  );
}

interface ZoneInputProps {
  readonly box: Combobox<ZoneMatch>;
  readonly error: string | undefined;
  readonly shown: string;
}

function ZoneInput({ box, error, shown }: ZoneInputProps) {
  const { words } = useOpenFlow();
  const input = useErrorFocus<HTMLInputElement>('timeZone');
  const listed = box.open && box.options.length > 0;
  return (
    <input
      id="timeZone"
      ref={input}
      class="input"
      part="input"
      type="text"
      role="combobox"
      autocomplete="off"
      spellcheck={false}
      placeholder={words.text('flow.when.timeZoneHint')}
      aria-autocomplete="list"
      aria-expanded={listed}
      aria-controls={listed ? 'zones' : undefined}
      aria-activedescendant={listed && box.active >= 0 ? `zone-${box.active}` : undefined}
      aria-invalid={error !== undefined}
      aria-describedby={describedBy('timeZone', error)}
      value={shown}
      onInput={({ currentTarget }) => box.type(currentTarget.value)}
      onClick={({ currentTarget }) => {
        if (!box.open) currentTarget.select();
        box.show();
      }}
      onBlur={box.close}
      onKeyDown={(event) => {
        if (!event.isComposing && box.key(event.key)) event.preventDefault();
      }}
    />
  );
}

interface ZoneListProps {
  readonly box: Combobox<ZoneMatch>;
  readonly choices: ZoneChoices;
}

function ZoneList({ box, choices }: ZoneListProps) {
  const { draft, words } = useOpenFlow();
  if (box.options.length === 0) return <p class="zones none">{words.text('flow.when.noMatch')}</p>;
  return (
    <ul class="zones" id="zones" role="listbox" aria-label={words.text('flow.when.timeZone')}>
      {box.options.map(({ zone, city }, index) => (
        <ZoneOption
          key={zone.id}
          id={`zone-${index}`}
          name={choices.named(zone.id, city)}
          timeZone={zone.id}
          active={index === box.active}
          chosen={zone.id === draft.timeZone}
          onChoose={() => box.choose(index)}
        />
      ))}
    </ul>
  );
}

interface ZoneOptionProps {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly active: boolean;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}

function ZoneOption({ id, name, timeZone, active, chosen, onChoose }: ZoneOptionProps) {
  const { words, now } = useOpenFlow();
  const option = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (active) option.current?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    // The input has the focus and the keys; a press must not take the focus from it.
    <li
      id={id}
      ref={option}
      class={active ? 'zone active' : 'zone'}
      role="option"
      aria-selected={chosen}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onChoose}
    >
      <span class="zone-name">{name}</span>
      <span class="zone-time">
        {offsetOf(timeZone, now())} · {timeIn(timeZone, words.tag, now())}
      </span>
    </li>
  );
}

function ZoneCount({ box }: { readonly box: Combobox<ZoneMatch> }) {
  const { words } = useOpenFlow();
  const count = box.options.length;
  const asked = box.open && box.typed !== undefined;
  const text = count === 0 ? words.text('flow.when.noMatch') : words.plural('flow.when.matches', count);
  return (
    <div class="hidden" role="status">
      {asked ? text : ''}
    </div>
  );
}
