import type { FlowBootstrap, FlowConfiguration, FlowProblem } from '../api/contract.js';
import type { Field, FieldError, Screen } from './flow-state.js';

export type FieldErrors = Readonly<Partial<Record<Field, FieldError>>>;

/** The fields that each screen asks for; errors of the others are that screen's own to show. */
const SCREEN_OF: Readonly<Record<Field, Screen>> = {
  models: 'choose',
  selectedFrequency: 'when',
  interval: 'when',
  startDate: 'when',
  syncHour: 'when',
  timeZone: 'when',
};

/** What can be told without the server. Dates compare as text: both are `YYYY-MM-DD`. */
export function check(draft: FlowConfiguration, { constraints, options }: FlowBootstrap): FieldErrors {
  const { min, max } = constraints.startDate;
  const late = draft.startDate < min || draft.startDate > max;
  return {
    ...(options.models.length > 0 && draft.models.length === 0 && { models: { code: 'required', message: '' } }),
    ...(late && { startDate: { code: 'out_of_range', message: '' } }),
    ...(draft.timeZone === '' && { timeZone: { code: 'invalid_time_zone', message: '' } }),
  };
}

/** The errors of a 422 by field: `/configuration/startDate` is about `startDate`. */
export function errorsOf(problem: FlowProblem | undefined): FieldErrors {
  const entries = (problem?.errors ?? []).flatMap(({ pointer, code, message }) => {
    const field = pointer.split('/').find((part) => part in SCREEN_OF);
    return field === undefined ? [] : [[field, { code, message }] as const];
  });
  return Object.fromEntries(entries);
}

/** The first screen that has something to put right; undefined when none has. */
export function screenOf(errors: FieldErrors): Screen | undefined {
  const screens = (Object.keys(errors) as Field[]).map((field) => SCREEN_OF[field]);
  return screens.includes('choose') ? 'choose' : screens[0];
}

/** Only those that `screen` shows. */
export const errorsOn = (errors: FieldErrors, screen: Screen): FieldErrors =>
  Object.fromEntries(Object.entries(errors).filter(([field]) => SCREEN_OF[field as Field] === screen));
