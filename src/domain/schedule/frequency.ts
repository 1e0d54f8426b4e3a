/** How often a sync becomes due. `Interval` and `Hourly` step in elapsed time, the others on the calendar. */
export type Frequency = 'Interval' | 'Hourly' | 'Daily' | 'Weekly' | 'Monthly';

/** Every frequency, the shortest first. */
export const FREQUENCIES: readonly Frequency[] = ['Interval', 'Hourly', 'Daily', 'Weekly', 'Monthly'];

/** What a client may choose from unless its settings say otherwise. */
export const DEFAULT_FREQUENCY_OPTIONS: readonly Frequency[] = ['Daily', 'Monthly'];

const names: ReadonlySet<unknown> = new Set(FREQUENCIES);

export const isFrequency = (value: unknown): value is Frequency => names.has(value);
