import type { FlowModel } from '../api/contract.js';
import { useOpenFlow } from '../element/flow-context.js';
import { useErrorFocus, useFieldError } from './field.js';

/** What to sync, a box each. Required models are checked and stay so. */
export function ModelOptions() {
  const { bootstrap, words } = useOpenFlow();
  const error = useFieldError('models', ({ code }) =>
    code === 'required' || code === 'too_few_items' ? words.text('flow.what.required') : undefined,
  );
  const group = useErrorFocus<HTMLFieldSetElement>('models');
  return (
    <fieldset
      class="options"
      ref={group}
      tabIndex={-1}
      aria-describedby={error === undefined ? undefined : 'models-error'}
    >
      <legend class="hidden">{words.text('flow.steps.what')}</legend>
      {bootstrap.options.models.map((model) => (
        <ModelOption key={model.name} model={model} invalid={error !== undefined} />
      ))}
      {error !== undefined && (
        <p class="error" id="models-error">
          {error}
        </p>
      )}
    </fieldset>
  );
}

function ModelOption({ model, invalid }: { readonly model: FlowModel; readonly invalid: boolean }) {
  const { draft, controller, words } = useOpenFlow();
  const { name, title, description, required } = model;
  const note = required ? words.text('flow.what.always') : description;
  const others = draft.models.filter((other) => other !== name);
  return (
    <label class={`option ${required ? 'always' : ''}`} part="option">
      <input
        type="checkbox"
        class="box"
        checked={draft.models.includes(name)}
        aria-disabled={required}
        aria-invalid={invalid}
        aria-describedby={note === null ? undefined : `model-${name}`}
        onClick={(event) => {
          if (required) event.preventDefault();
        }}
        onChange={({ currentTarget }) =>
          controller.edit({ models: currentTarget.checked ? [...others, name] : others })
        }
      />
      <span class="option-text">
        <span class="option-title">{title}</span>
        {note !== null && (
          <span class="option-note" id={`model-${name}`}>
            {required && description !== null ? `${description} · ${note}` : note}
          </span>
        )}
      </span>
    </label>
  );
}
