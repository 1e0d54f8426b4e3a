import type { FlowPreview, FlowWarning } from '../api/contract.js';
import { dateIn, type Dates } from '../i18n/dates.js';
import type { Words } from '../i18n/words.js';
import { offsetOf } from './zone-choices.js';

/** The server counts no further. */
const MOST_RESENT = 100;

/** How many earlier periods are sent again; where the server stopped counting, that there are as many or more. */
export function tellResent(words: Words, count: number): string {
  const most = `${new Intl.NumberFormat(words.tag).format(MOST_RESENT)}+`;
  return words.plural('flow.review.resent', count, count < MOST_RESENT ? {} : { n: most });
}

interface Telling {
  readonly words: Words;
  readonly dates: Dates;
  readonly preview: FlowPreview;
  readonly warning: FlowWarning;
}

const periodOf = ({ preview, warning }: Telling) =>
  preview.periods.find(({ dueDate }) => dueDate === warning.dueDate) ?? preview.periods[0];

/** The clocks change on the date that the period begins on, if they have changed by the end of that date; else on the next. */
function clocks(telling: Telling): string {
  const { words, dates, preview, warning } = telling;
  const period = periodOf(telling);
  if (period === undefined) return warning.message;
  const { timeZone, syncHour } = preview.configuration;
  const start = new Date(period.start);
  const endOfDate = new Date(start.getTime() + (24 - syncHour) * 3_600_000);
  const onFirst = offsetOf(timeZone, start) !== offsetOf(timeZone, endOfDate);
  const date = dateIn(timeZone, onFirst ? start : new Date(period.dueDate));
  return words.text('flow.preview.clocks', { date: dates.short(date), h: period.lengthHours });
}

function hours(key: 'flow.preview.hourMissing' | 'flow.preview.hourTwice') {
  return ({ words, dates, preview, warning }: Telling): string => {
    const due = warning.dueDate;
    if (due === null) return warning.message;
    const hour = dates.hour(preview.configuration.syncHour);
    return words.text(key, { hour, date: dates.day(due), time: dates.time(due) });
  };
}

/** What a merchant may not expect, by kind, in the merchant's own language. */
const TELL: Readonly<Record<string, (telling: Telling) => string>> = {
  dst_short: clocks,
  dst_long: clocks,
  hour_missing: hours('flow.preview.hourMissing'),
  hour_twice: hours('flow.preview.hourTwice'),
  future_start: ({ words, dates, preview, warning: { dueDate, message } }) =>
    dueDate === null
      ? message
      : words.text('flow.preview.future', {
          date: dates.short(preview.configuration.startDate),
          due: dates.moment(dueDate),
        }),
  long_catch_up: (telling) => telling.words.plural('flow.preview.long', periodOf(telling)?.days ?? 0),
  partial_first_day: ({ words, dates, preview: { configuration } }) =>
    words.text('flow.preview.partial', {
      time: dates.hour(configuration.syncHour),
      date: dates.short(configuration.startDate),
    }),
  start_date_shifted: ({ words, dates, preview: { configuration } }) =>
    words.text('flow.preview.shifted', { zone: configuration.timeZone, date: dates.short(configuration.startDate) }),
};

/** The server's own words for a kind that this page does not know yet. */
export const tellWarning = (telling: Telling): string =>
  TELL[telling.warning.kind]?.(telling) ?? telling.warning.message;
