import type { Frequency } from '../domain/schedule/frequency.js';
import { addDays, type CalendarDate } from '../domain/time/calendar-date.js';
import { parseDuration, subtractDuration } from '../domain/time/duration.js';
import { calendarDateAt, parseTimeZone, UTC, type TimeZone } from '../domain/time/zoned-time.js';
import { brandingOf } from './branding.js';
import { modelsInForce, type FlowContext } from './flow-context.js';

export interface FlowModel {
  readonly name: string;
  readonly title: string;
  readonly description?: string;
  /** Always included. */
  readonly required: boolean;
}

/** What a merchant may choose. */
export interface FlowOptions {
  readonly models: readonly FlowModel[];
  readonly frequencies: readonly Frequency[];
  readonly isSyncHourEditable: boolean;
}

/** Between which dates the start date may lie, and whether it may still be changed. */
export interface StartDateBounds {
  readonly min: CalendarDate;
  readonly max: CalendarDate;
  readonly locked: boolean;
}

/** What stands on the page before anybody has chosen. */
export interface FlowDefaults {
  readonly models: readonly string[];
  readonly selectedFrequency: Frequency;
  readonly interval?: string;
  readonly startDate: CalendarDate;
  readonly syncHour: number;
  /** Absent: the browser's. */
  readonly timeZone?: TimeZone;
}

const FIRST_DATE = '1970-01-01' as CalendarDate;
const LAST_DATE = '2100-12-31' as CalendarDate;
/** Where a client offers intervals and nothing else. */
const USUAL_INTERVAL = 'PT1H';

export function optionsOf(context: FlowContext): FlowOptions {
  const { session, client, models } = context;
  const branding = brandingOf(client).models;
  return {
    models: models.map(({ name }) => {
      const { title = titleOf(name), description, required = false } = branding[name] ?? {};
      return { name, title, description, required };
    }),
    frequencies: frequenciesOf(context),
    isSyncHourEditable: session.features['syncHour'] === true,
  };
}

/** `Daily` alone, unless the client widens it for this page or leaves no such choice; and whatever is in force. */
function frequenciesOf({ session, client, sync }: FlowContext): readonly Frequency[] {
  const options = sync?.schedule?.frequencyOptions ?? client.frequencyOptions;
  if (session.features['frequency'] === true || !options.includes('Daily')) return options;
  const inForce = sync?.schedule?.selectedFrequency ?? 'Daily';
  return options.filter((option) => option === 'Daily' || option === inForce);
}

/** `open_orders` and `openOrders` are called "Open orders". */
function titleOf(name: string): string {
  const words = name
    .replaceAll(/[_-]+/g, ' ')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .trim()
    .toLowerCase();
  return words === '' ? name : words.slice(0, 1).toUpperCase() + words.slice(1);
}

export function startDateBounds({ client, sync, session, now }: FlowContext): StartDateBounds {
  const inForce = sync?.schedule?.startDate;
  const zone = sync?.schedule?.timeZone ?? zoneOf(session.timeZone) ?? UTC;
  const duration = client.maxBackfill === undefined ? undefined : parseDuration(client.maxBackfill);
  // The day on which the bound lies begins before it.
  const earliest = duration?.ok
    ? addDays(calendarDateAt(subtractDuration(now, duration.value, zone), zone), 1)
    : FIRST_DATE;
  const min = inForce !== undefined && inForce < earliest ? inForce : earliest;
  return { min, max: LAST_DATE, locked: sync?.watermark !== undefined };
}

/** The first of the month: books are kept by months. */
export function defaultsOf(context: FlowContext): FlowDefaults {
  const { session, client, now } = context;
  const { frequencies } = optionsOf(context);
  const timeZone = zoneOf(session.timeZone);
  const { min, max } = startDateBounds(context);
  const today = calendarDateAt(now, timeZone ?? UTC);
  const firstOfMonth = `${today.slice(0, 8)}01` as CalendarDate;
  const selectedFrequency = frequencies.includes('Daily') ? 'Daily' : (frequencies[0] ?? 'Daily');
  return {
    models: modelsInForce(context),
    selectedFrequency,
    interval: selectedFrequency === 'Interval' ? USUAL_INTERVAL : undefined,
    startDate: firstOfMonth < min ? min : firstOfMonth > max ? max : firstOfMonth,
    syncHour: client.defaultSyncHour ?? 0,
    timeZone,
  };
}

const zoneOf = (name: string | undefined): TimeZone | undefined =>
  name === undefined ? undefined : parseTimeZone(name);
