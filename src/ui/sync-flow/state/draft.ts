import type { FlowBootstrap, FlowConfiguration } from '../api/contract.js';
import type { Field } from './flow-state.js';

const FIELDS: readonly Field[] = ['models', 'selectedFrequency', 'interval', 'startDate', 'timeZone', 'syncHour'];

/** What the page starts with: what is saved, else what is proposed. Required models are always in it. */
export function draftOf({ configuration, defaults, options }: FlowBootstrap, timeZone: string): FlowConfiguration {
  const start = configuration ?? { ...defaults, timeZone: defaults.timeZone ?? timeZone };
  const chosen = new Set(start.models);
  const models = options.models.filter(({ name, required }) => required || chosen.has(name)).map(({ name }) => name);
  const frequency = start.selectedFrequency;
  return {
    models,
    selectedFrequency: frequency,
    interval: frequency === 'Interval' ? (start.interval ?? 'PT1H') : null,
    startDate: start.startDate.slice(0, 10),
    syncHour: start.syncHour,
    timeZone: start.timeZone,
  };
}

/** A change as a whole: an interval goes with the frequency of that name only. */
export function edit(draft: FlowConfiguration, change: Partial<FlowConfiguration>): FlowConfiguration {
  const next = { ...draft, ...change };
  return { ...next, interval: next.selectedFrequency === 'Interval' ? (next.interval ?? 'PT1H') : null };
}

/** The fields in which two configurations differ, in the order in which the page shows them. */
export const changedFields = (before: FlowConfiguration | null, after: FlowConfiguration): readonly Field[] =>
  FIELDS.filter((field) => JSON.stringify(comparable(before?.[field])) !== JSON.stringify(comparable(after[field])));

/** Models are a set: their order says nothing. */
const comparable = (value: FlowConfiguration[Field] | undefined): unknown =>
  typeof value === 'object' && value !== null
    ? value.toSorted((one, other) => (one < other ? -1 : 1))
    : (value ?? null);

export const sameConfiguration = (one: FlowConfiguration, other: FlowConfiguration): boolean =>
  changedFields(one, other).length === 0;
