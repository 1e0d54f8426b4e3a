import type { FlowBootstrap, FlowConfiguration } from '../api/contract.js';
import type { Dates } from '../i18n/dates.js';
import type { TextKey, Words } from '../i18n/words.js';
import type { Field } from '../state/flow-state.js';
import { cityOf } from '../zones/zone-search.js';

/** The names of the settings, in the order of the review. */
export const SETTING_NAMES: readonly (readonly [Field, TextKey])[] = [
  ['models', 'flow.review.syncing'],
  ['startDate', 'flow.review.from'],
  ['timeZone', 'flow.when.timeZone'],
  ['syncHour', 'flow.when.syncHour'],
  ['selectedFrequency', 'flow.when.frequency'],
  ['interval', 'flow.when.interval'],
];

/** `PT90M` as "90 minutes", `PT2H` as "2 hours". */
export function intervalText(duration: string, tag: string): string {
  const [, hours = '0', minutes = '0'] = /^PT(?:(\d+)H)?(?:(\d+)M)?$/.exec(duration) ?? [];
  const total = Number(hours) * 60 + Number(minutes);
  const whole = total % 60 === 0;
  const style = { style: 'unit', unit: whole ? 'hour' : 'minute', unitDisplay: 'long' } as const;
  return new Intl.NumberFormat(tag, style).format(whole ? total / 60 : total);
}

interface Telling {
  readonly words: Words;
  readonly dates: Dates;
  readonly bootstrap: FlowBootstrap;
}

/** A setting as a merchant reads it. */
export function settingText(
  field: Field,
  configuration: FlowConfiguration,
  { words, dates, bootstrap }: Telling,
): string {
  const { models, startDate, timeZone, syncHour, selectedFrequency, interval } = configuration;
  const titles = bootstrap.options.models.filter(({ name }) => models.includes(name)).map(({ title }) => title);
  const texts: Readonly<Record<Field, () => string>> = {
    models: () =>
      titles.length === 0 ? words.text('flow.review.everything') : new Intl.ListFormat(words.tag).format(titles),
    startDate: () => dates.short(startDate),
    timeZone: () => cityOf(timeZone),
    syncHour: () => dates.hour(syncHour),
    selectedFrequency: () => words.text(`flow.frequency.${selectedFrequency}`),
    interval: () => (interval === null ? '' : intervalText(interval, words.tag)),
  };
  return texts[field]();
}
