import type { ComponentChildren } from 'preact';
import type { Field as FieldName } from '../state/flow-state.js';
import { describedBy, Field, useErrorFocus, useFieldError } from './field.js';

export interface SelectFieldProps {
  readonly name: FieldName;
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly value: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly onChoose: (value: string) => void;
}

export function SelectField({ name, label, hint, value, options, onChoose }: SelectFieldProps) {
  const error = useFieldError(name, () => undefined);
  const control = useErrorFocus<HTMLSelectElement>(name);
  return (
    <Field name={name} label={label} hint={hint} error={error}>
      <select
        id={name}
        ref={control}
        class="input select"
        part="input"
        value={value}
        aria-invalid={error !== undefined}
        aria-describedby={describedBy(name, error)}
        onChange={({ currentTarget }) => onChoose(currentTarget.value)}
      >
        {options.map(([option, text]) => (
          <option key={option} value={option} selected={option === value}>
            {text}
          </option>
        ))}
      </select>
    </Field>
  );
}
