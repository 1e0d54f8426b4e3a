import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../../src/domain/time/duration.js';
import type { Duration } from '../../../src/domain/time/duration.js';
import { parseSchedule, sameSchedule } from '../../../src/domain/schedule/schedule.js';
import type { Frequency, ScheduleDefaults } from '../../../src/domain/schedule/schedule.js';
import { TIME_ZONE_NAMES } from '../../../src/domain/time/time-zones.js';
import { parseTimeZone } from '../../../src/domain/time/zoned-time.js';
import catalogue from '../data/bad-schedules.json' with { type: 'json' };
import { aSchedule, at, date, hour } from './schedules.js';

interface Case {
  readonly id: string;
  readonly category: string;
  readonly label: string;
  readonly input: {
    readonly patch?: Readonly<Record<string, unknown>>;
    readonly raw_patch?: Readonly<Record<string, string>>;
    readonly remove?: readonly string[];
    readonly raw?: string;
  };
  readonly expect: { readonly status: number; readonly field_code?: string; readonly stored?: unknown };
}

const defaults: ScheduleDefaults = { frequencyOptions: ['Daily', 'Monthly'], now: at('2026-11-22T12:00Z') };

/** The request body of a case, parsed as JSON the way the edge does it. */
function bodyOf({ input }: Case): unknown {
  if (input.raw !== undefined) return JSON.parse(input.raw);
  const members = Object.entries({ ...catalogue.base, ...fields(input.patch) })
    .filter(([name]) => input.remove?.includes(`/${name}`) !== true)
    .map(([name, value]) => [name, JSON.stringify(value)] as const);
  const raw = Object.entries(fields(input.raw_patch));
  const texts = Object.entries({ ...Object.fromEntries(members), ...Object.fromEntries(raw) });
  return JSON.parse(`{${texts.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`);
}

const fields = <T>(patch: Readonly<Record<string, T>> = {}): Record<string, T> =>
  Object.fromEntries(Object.entries(patch).map(([pointer, value]) => [pointer.slice(1), value]));

const pointers: Readonly<Record<string, string>> = { date: '/startDate', zone: '/timeZone', hour: '/syncHour' };

const problemsOf = (input: unknown, given: ScheduleDefaults = defaults) => {
  const result = parseSchedule(input, given);
  return result.ok ? [] : result.problems.map(({ pointer, code }) => `${pointer} ${code}`);
};

describe('the catalogue of bad schedules', () => {
  const cases = catalogue.cases as unknown as readonly Case[];

  it.each(cases.filter((c) => c.expect.status === 422))('$id refuses $label as $expect.field_code', (bad) => {
    const [problem, ...others] = problemsOf(bodyOf(bad));
    const pointer = pointers[bad.category] ?? problem?.split(' ')[0];
    expect(problem).toBe(`${pointer} ${bad.expect.field_code}`);
    expect(others).toEqual([]);
  });

  it.each(cases.filter((c) => c.expect.status === 200))('$id accepts $label', (good) => {
    const result = parseSchedule(bodyOf(good), defaults);
    expect(result.ok).toBe(true);
    if (!result.ok || good.expect.stored === undefined) return;
    expect(good.category === 'zone' ? result.value.timeZone : result.value.syncHour).toBe(good.expect.stored);
  });
});

describe('startDate', () => {
  const startDateOf = (startDate: unknown, timeZone: unknown = 'Europe/London') => {
    const result = parseSchedule({ selectedFrequency: 'Daily', startDate, timeZone }, defaults);
    return result.ok ? result.value.startDate : result.problems.map((problem) => problem.code).join();
  };

  it.each([
    ['2022-06-15', 'Europe/London', '2022-06-15'],
    ['2022-06-15T23:59', 'Europe/London', '2022-06-15'],
    ['2022-06-15T23:59:59.999', 'Pacific/Apia', '2022-06-15'],
    ['2022-06-15T23:30:00Z', 'Europe/London', '2022-06-16'],
    ['2022-06-15T23:30:00Z', 'America/New_York', '2022-06-15'],
    ['2022-06-15T00:30:00+02:00', 'Etc/UTC', '2022-06-14'],
    ['2022-06-15T10:30:00.123456789Z', 'Asia/Tokyo', '2022-06-15'],
    ['1970-01-01', 'Etc/UTC', '1970-01-01'],
    ['2100-12-31', 'Etc/UTC', '2100-12-31'],
    ['2000-02-29', 'Etc/UTC', '2000-02-29'],
  ])('%s in %s is the local date %s', (text, timeZone, local) => {
    expect(startDateOf(text, timeZone)).toBe(local);
  });

  it.each([
    ['2022-02-29', 'invalid_date'],
    ['2022-13-01', 'invalid_date'],
    ['1900-02-29', 'invalid_date'],
    ['20220615', 'invalid_date'],
    ['2022', 'invalid_date'],
    ['2022-06', 'invalid_date'],
    ['June 15 2022', 'invalid_date'],
    [' 2022-06-15', 'invalid_date'],
    ['2022-06-15 ', 'invalid_date'],
    ['2022-06-15T', 'invalid_date'],
    ['2022-06-15T10', 'invalid_date'],
    ['2022-06-15 10:30', 'invalid_date'],
    ['2022-06-15T00:00:00+25:00', 'invalid_date'],
    ['2022-06-15T00:00:00+01', 'invalid_date'],
    ['2022-06-15T00:00:00Z\n', 'invalid_date'],
    ['2022-02-30T00:00:00Z', 'invalid_date'],
    ['2022-06-15T00:60', 'invalid_date'],
    ['0000-01-01', 'date_out_of_range'],
    ['1899-12-31', 'date_out_of_range'],
    ['1969-12-31', 'date_out_of_range'],
    ['1970-01-01T00:00:00+14:00', 'date_out_of_range'],
    ['2101-01-01', 'date_out_of_range'],
    [null, 'invalid_date'],
    [undefined, 'required'],
    [{ $gt: '' }, 'invalid_type'],
    [true, 'invalid_type'],
  ])('refuses %j as %s', (value, code) => {
    expect(startDateOf(value, 'Etc/UTC')).toBe(code);
  });
});

describe('timeZone', () => {
  it.each([
    'UTC+3',
    'Z',
    'SystemV/EST5',
    'posixrules',
    'local',
    'BST',
    'Foo5Bar',
    'Mars/Olympus',
    'Europe\\London',
    'Europe/Londоn',
  ])('refuses %s', (name) => expect(parseTimeZone(name)).toBeUndefined());

  it.each([
    "Europe/London'; DROP TABLE period;--",
    '__proto__',
    'constructor',
    'Europe/\u212Ayiv',
    '/Europe/London',
    'europe',
    '-05:00',
  ])('refuses %s, which only looks like a name', (name) => expect(parseTimeZone(name)).toBeUndefined());

  it.each([
    ['europe/kyiv', 'Europe/Kyiv'],
    ['Europe/Kiev', 'Europe/Kiev'],
    ['utc', 'UTC'],
    ['US/EASTERN', 'US/Eastern'],
    ['est5edt', 'EST5EDT'],
    ['America/argentina/comodrivadavia', 'America/Argentina/ComodRivadavia'],
  ])('%s keeps the name that was chosen, as %s', (text, name) => expect(parseTimeZone(text)).toBe(name));

  it('takes every name of the list in any case', () => {
    for (const name of TIME_ZONE_NAMES) {
      for (const text of [name, name.toLowerCase(), name.toUpperCase()]) expect(parseTimeZone(text)).toBe(name);
    }
  });

  it('takes every zone the platform lists', () => {
    for (const name of Intl.supportedValuesOf('timeZone')) expect(parseTimeZone(name)).toBe(name);
  });

  it.each([undefined, null])('%s is Etc/UTC', (timeZone) => {
    const result = parseSchedule({ selectedFrequency: 'Daily', startDate: '2022-05-01', timeZone }, defaults);
    expect(result.ok && result.value.timeZone).toBe('Etc/UTC');
  });
});

describe('syncHour', () => {
  const hourOf = (syncHour: unknown, clientDefault?: number) => {
    const given = { ...defaults, syncHour: clientDefault === undefined ? undefined : hour(clientDefault) };
    const result = parseSchedule({ selectedFrequency: 'Daily', startDate: '2022-05-01', syncHour }, given);
    return result.ok ? [result.value.syncHour, result.value.syncHourSource] : result.problems.map(({ code }) => code);
  };

  it.each([
    [7, 3, [7, 'explicit']],
    [0, 3, [0, 'explicit']],
    [-0, 3, [0, 'explicit']],
    [1e1, undefined, [10, 'explicit']],
    [null, 3, [3, 'clientDefault']],
    [undefined, 3, [3, 'clientDefault']],
    [null, 0, [0, 'clientDefault']],
    [undefined, undefined, [0, 'systemDefault']],
    [-1, 3, ['invalid_sync_hour']],
    [Number.POSITIVE_INFINITY, 3, ['invalid_sync_hour']],
    [Number.NaN, 3, ['invalid_sync_hour']],
    ['', 3, ['invalid_type']],
    [' 7 ', 3, ['invalid_type']],
    [{}, 3, ['invalid_type']],
  ])('%j with the client default %s is %j', (value, clientDefault, result) => {
    expect(hourOf(value, clientDefault)).toEqual(result);
    expect(Object.is(hourOf(value, clientDefault)[0], -0)).toBe(false);
  });
});

describe('frequencies', () => {
  const body = (more: Readonly<Record<string, unknown>>) => ({
    startDate: '2022-05-01',
    selectedFrequency: 'Daily',
    ...more,
  });

  it.each([
    [{ selectedFrequency: undefined }, ['/selectedFrequency required']],
    [{ selectedFrequency: null }, ['/selectedFrequency required']],
    [{ selectedFrequency: 1 }, ['/selectedFrequency invalid_type']],
    [{ selectedFrequency: 'Weekly' }, ['/selectedFrequency unsupported_frequency']],
    [{ selectedFrequency: 'Weekly', frequencyOptions: ['Weekly'] }, []],
    [{ selectedFrequency: 'Daily', frequencyOptions: ['Weekly'] }, ['/selectedFrequency unsupported_frequency']],
    [{ frequencyOptions: 'Daily' }, ['/frequencyOptions invalid_type']],
    [{ frequencyOptions: [1, 'Daily'] }, ['/frequencyOptions/0 invalid_type']],
    [{ frequencyOptions: ['Daily', 'daily'] }, ['/frequencyOptions/1 unsupported_frequency']],
    [{ frequencyOptions: ['Daily', 'Daily'] }, ['/frequencyOptions/1 duplicate_value']],
    [{ frequencyOptions: [] }, ['/frequencyOptions too_few_items', '/selectedFrequency unsupported_frequency']],
    [{ frequencyOptions: Array(10_000).fill('Daily') }, ['/frequencyOptions too_many_items']],
  ])('%j has the problems %j', (more, problems) => expect(problemsOf(body(more))).toEqual(problems));

  it('are the client setting unless the schedule has its own', () => {
    expect(aSchedule().frequencyOptions).toEqual(['Interval', 'Hourly', 'Daily', 'Weekly', 'Monthly']);
    expect(aSchedule({ frequencyOptions: ['Daily', 'Weekly'] }).frequencyOptions).toEqual(['Daily', 'Weekly']);
  });
});

describe('interval', () => {
  const intervalOf = (interval: unknown, selectedFrequency: Frequency = 'Interval') => {
    const given = { ...defaults, frequencyOptions: ['Interval', 'Daily'] as const };
    const result = parseSchedule({ selectedFrequency, startDate: '2022-05-01', interval }, given);
    return result.ok ? result.value.interval : result.problems.map(({ pointer, code }) => `${pointer} ${code}`).join();
  };

  it.each([
    ['PT1M', 'PT1M'],
    ['PT90M', 'PT1H30M'],
    ['PT3600S', 'PT1H'],
    ['PT12H', 'PT12H'],
    ['PT59S', '/interval invalid_interval'],
    ['PT90S', '/interval invalid_interval'],
    ['PT12H1M', '/interval invalid_interval'],
    ['P1D', '/interval invalid_interval'],
    ['-PT5M', '/interval invalid_interval'],
    ['PT0S', '/interval invalid_interval'],
    ['5 minutes', '/interval invalid_duration'],
    ['PT', '/interval invalid_duration'],
    [5, '/interval invalid_type'],
    [undefined, '/interval required'],
    [null, '/interval required'],
  ])('%j with Interval is %s', (interval, result) => expect(intervalOf(interval)).toBe(result));

  it('has no place beside another frequency', () => {
    expect(intervalOf('PT5M', 'Daily')).toBe('/interval not_applicable');
    expect(intervalOf(null, 'Daily')).toBeUndefined();
  });
});

describe('maxBackfill', () => {
  const given = (text: string): ScheduleDefaults => {
    const duration = parseDuration(text);
    return { ...defaults, maxBackfill: duration.ok ? duration.value : ({} as Duration) };
  };
  const body = (startDate: string) => ({ selectedFrequency: 'Daily', startDate, timeZone: 'Etc/UTC' });

  it.each([
    ['2024-11-23', []],
    ['2024-11-22', ['/startDate backfill_too_long']],
    ['1970-01-01', ['/startDate backfill_too_long']],
    ['2027-01-01', []],
  ])('of 24 months, on 22 November 2026 at noon, for %s gives %j', (startDate, problems) => {
    expect(problemsOf(body(startDate), given('P24M'))).toEqual(problems);
  });

  it('lets a start date in force stay, however old it has become', () => {
    expect(problemsOf(body('2020-01-01'), { ...given('P24M'), startDateInForce: date('2020-01-01') })).toEqual([]);
    expect(problemsOf(body('2020-01-02'), { ...given('P24M'), startDateInForce: date('2020-01-01') })).toHaveLength(1);
  });
});

describe('a schedule with many problems', () => {
  it('reports them all at once, each with its pointer', () => {
    const input = {
      selectedFrequency: 'Yearly',
      startDate: '2022-02-30',
      syncHour: 24,
      timeZone: 'BST',
      interval: 5,
      syncHourUtc: 3,
      'a/b~c': 1,
    };
    expect(problemsOf(input).toSorted()).toEqual([
      '/a~1b~0c unknown_field',
      '/interval invalid_type',
      '/selectedFrequency unsupported_frequency',
      '/startDate invalid_date',
      '/syncHour invalid_sync_hour',
      '/syncHourUtc unknown_field',
      '/timeZone invalid_time_zone',
    ]);
  });

  it.each([
    ['syncHourUtc', 'Use syncHour, an hour in timeZone.'],
    ['synchour', 'Did you mean syncHour?'],
    ['nextDueAt', 'Its fields are selectedFrequency, frequencyOptions, interval, startDate, syncHour, timeZone.'],
  ])('says of the unknown field %s: %s', (name, hint) => {
    const result = parseSchedule({ ...catalogue.base, [name]: 1 }, defaults);
    expect(result.ok ? '' : result.problems[0]?.message).toContain(hint);
  });

  it.each([[[]], [null], ['x'], [5], [undefined]])('that is %j is not an object', (input) => {
    expect(problemsOf(input)).toEqual([' invalid_type']);
  });

  it('shows a hostile value cut short', () => {
    const result = parseSchedule({ ...catalogue.base, timeZone: 'x'.repeat(50_000) }, defaults);
    expect(result.ok ? 0 : result.problems[0]?.message.length).toBeLessThan(200);
  });
});

describe('two schedules are the same', () => {
  it('when their due dates are, whatever else may be chosen', () => {
    expect(sameSchedule(aSchedule(), aSchedule({ frequencyOptions: ['Daily'] }))).toBe(true);
    expect(sameSchedule(aSchedule({ syncHour: 0 }), aSchedule({ syncHour: null }))).toBe(true);
  });

  it.each([
    { startDate: '2022-05-02' },
    { syncHour: 1 },
    { timeZone: 'Etc/UTC' },
    { selectedFrequency: 'Weekly' },
    { selectedFrequency: 'Interval', interval: 'PT5M' },
  ])('but not when %j differs', (change) => expect(sameSchedule(aSchedule(), aSchedule(change))).toBe(false));
});
