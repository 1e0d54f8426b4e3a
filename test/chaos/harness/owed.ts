/// <reference lib="esnext.temporal" />

/** A schedule as it is sent to the API. */
export interface OwedSchedule {
  readonly selectedFrequency: 'Daily' | 'Weekly' | 'Interval';
  readonly interval?: string;
  /** A date. */
  readonly startDate: string;
  readonly syncHour: number;
  readonly timeZone: string;
}

/**
 * The edges of the periods a schedule owes up to an instant, milliseconds since 1970: the start, then every due date.
 * From the platform's Temporal, which the product does not use; dates that a zone skips make no period.
 */
export function owedEdges(schedule: OwedSchedule, configuredAt: number, upTo: number): readonly number[] {
  const start = edgeAt(schedule, 0);
  const edges = [start];
  for (let step = 1, edge = edgeAt(schedule, 1); edge <= upTo; step += 1, edge = edgeAt(schedule, step)) {
    if (edge > (edges.at(-1) ?? start) && isOwed(schedule, { edge, step }, configuredAt)) edges.push(edge);
  }
  return edges;
}

/** The start date plus so many days, weeks or intervals, at the sync hour. */
function edgeAt(
  { selectedFrequency, interval = '', startDate, syncHour, timeZone }: OwedSchedule,
  step: number,
): number {
  const date = Temporal.PlainDate.from(startDate);
  const at = (day: Temporal.PlainDate) =>
    day.toZonedDateTime({ timeZone, plainTime: { hour: syncHour } }).epochMilliseconds;
  if (selectedFrequency === 'Interval') return at(date) + step * Temporal.Duration.from(interval).total('milliseconds');
  return at(selectedFrequency === 'Daily' ? date.add({ days: step }) : date.add({ weeks: step }));
}

/** The first due date is on a day after the one the schedule was received on, by the merchant's calendar. */
function isOwed(schedule: OwedSchedule, { edge, step }: { edge: number; step: number }, configuredAt: number): boolean {
  if (schedule.selectedFrequency === 'Interval') return edge > configuredAt;
  const { timeZone, startDate, selectedFrequency } = schedule;
  const received = Temporal.Instant.fromEpochMilliseconds(configuredAt).toZonedDateTimeISO(timeZone).toPlainDate();
  const days = selectedFrequency === 'Daily' ? step : 7 * step;
  return Temporal.PlainDate.compare(Temporal.PlainDate.from(startDate).add({ days }), received) > 0;
}
