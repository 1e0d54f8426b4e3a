import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useFlow } from '../element/flow-context.js';
import type { Field as FieldName, FieldError } from '../state/flow-state.js';

export interface FieldProps {
  readonly name: FieldName;
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly error?: string | undefined;
  readonly children: ComponentChildren;
  /** Below what the field says of itself. */
  readonly after?: ComponentChildren;
  /** The label belongs to a control; without one, to a group or a text. */
  readonly group?: boolean;
}

/** What a control is described by: its hint, then what is wrong with it. */
export const describedBy = (name: FieldName, error: string | undefined): string =>
  error === undefined ? `${name}-hint` : `${name}-hint ${name}-error`;

export function Field({ name, label, hint, error, children, after, group = false }: FieldProps) {
  return (
    <div class="field" part="field">
      {group ? (
        <span class="label">{label}</span>
      ) : (
        <label class="label" for={name}>
          {label}
        </label>
      )}
      {children}
      <div class="hint" id={`${name}-hint`}>
        {hint}
      </div>
      {error !== undefined && (
        <p class="error" id={`${name}-error`}>
          {error}
        </p>
      )}
      {after}
    </div>
  );
}

/** What is wrong with a field, in the page's own words where it has some. */
export function useFieldError(name: FieldName, own: (error: FieldError) => string | undefined): string | undefined {
  const { page, words } = useFlow();
  const error = page.errors[name];
  if (error === undefined) return undefined;
  return own(error) ?? words.text('flow.when.invalid', { message: error.message });
}

/** The first control in error takes the focus when a step was refused. */
export function useErrorFocus<T extends HTMLElement>(name: FieldName) {
  const { errors } = useFlow().page;
  const control = useRef<T>(null);
  useEffect(() => {
    if (Object.keys(errors)[0] === name) control.current?.focus();
  }, [errors, name]);
  return control;
}
