import type { Brand } from '../brand.js';

/** A civil date without a zone, `2022-05-01`; such texts sort as their dates do. */
export type CalendarDate = Brand<string, 'CalendarDate'>;

const MS_PER_DAY = 86_400_000;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0);
}

/** Parses `YYYY-MM-DD`, ASCII digits only; undefined for a date no calendar has. */
export function parseCalendarDate(text: string): CalendarDate | undefined {
  const match = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
  if (match === null || text.length !== 10) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return day >= 1 && day <= daysInMonth(year, month) ? (text as CalendarDate) : undefined;
}

const digit = (text: string, at: number): number => text.charCodeAt(at) - 48;
const yearOf = (date: CalendarDate): number =>
  digit(date, 0) * 1000 + digit(date, 1) * 100 + digit(date, 2) * 10 + digit(date, 3);
const monthOf = (date: CalendarDate): number => digit(date, 5) * 10 + digit(date, 6);

/** The day of the month, 1 to 31. */
export const dayOfMonth = (date: CalendarDate): number => digit(date, 8) * 10 + digit(date, 9);

/** Counted in years that begin in March, so that the leap day comes last. */
function epochDayOf(calendarYear: number, month: number, day: number): number {
  const year = calendarYear - (month <= 2 ? 1 : 0);
  const era = Math.floor(year / 400);
  const yearOfEra = year - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

/** Days since 1970-01-01. */
export const epochDay = (date: CalendarDate): number => epochDayOf(yearOf(date), monthOf(date), dayOfMonth(date));

/** The date a number of days after 1970-01-01; years 0 to 9999. */
export const dateOfEpochDay = (day: number): CalendarDate =>
  new Date(day * MS_PER_DAY).toISOString().slice(0, 10) as CalendarDate;

export const addDays = (date: CalendarDate, days: number): CalendarDate => dateOfEpochDay(epochDay(date) + days);

/** The epoch day of the same day a number of months later, or of the last of a month that is too short for it. */
export function epochDayMonthsLater(date: CalendarDate, months: number): number {
  const count = yearOf(date) * 12 + monthOf(date) - 1 + months;
  const year = Math.floor(count / 12);
  const month = count - year * 12 + 1;
  return epochDayOf(year, month, Math.min(dayOfMonth(date), daysInMonth(year, month)));
}

/** Months from one date's month to another's, whatever their days. */
export const monthsBetween = (from: CalendarDate, to: CalendarDate): number =>
  (yearOf(to) - yearOf(from)) * 12 + monthOf(to) - monthOf(from);
