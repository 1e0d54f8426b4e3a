import { describe, expect, it } from 'vitest';
import {
  addDuration,
  elapsedLength,
  isPositive,
  parseDuration,
  subtractDuration,
} from '../../../src/domain/time/duration.js';
import { ID_RANDOM_BYTES, isId, newId } from '../../../src/domain/id.js';
import { instant, parseInstant, toIso } from '../../../src/domain/time/instant.js';
import { DomainError, pointerTo, validationFailed } from '../../../src/domain/problem.js';
import { at, zone } from '../schedule/schedules.js';

describe('an instant', () => {
  it.each([
    ['2022-07-13T23:00:00Z', '2022-07-13T23:00:00.000Z'],
    ['2022-07-14T00:00+01:00', '2022-07-13T23:00:00.000Z'],
    ['2022-07-13T23:00:00.1239Z', '2022-07-13T23:00:00.123Z'],
    ['1969-12-31T23:59:59.999Z', '1969-12-31T23:59:59.999Z'],
    ['2024-02-29T12:00:00-12:00', '2024-03-01T00:00:00.000Z'],
  ])('%s is %s', (text, iso) => expect(toIso(instant(text))).toBe(iso));

  it.each([
    '2022-07-13',
    '2022-07-13T23:00:00',
    '2022-07-13T24:00:00Z',
    '2022-07-13T23:00:00z',
    '2022-07-13 23:00:00Z',
    '2022-07-13T23:00:60Z',
    '',
    'now',
  ])('is not %j', (text) => {
    expect(parseInstant(text)).toBeUndefined();
    expect(() => instant(text)).toThrow(RangeError);
  });
});

describe('a duration', () => {
  const read = (text: string) => {
    const duration = parseDuration(text);
    return duration.ok ? duration.value : undefined;
  };

  it.each([
    ['PT15M', { months: 0, days: 0, elapsed: 900_000 }],
    ['P24M', { months: 24, days: 0, elapsed: 0 }],
    ['P1Y2M3W4DT5H6M7.89S', { months: 14, days: 25, elapsed: 18_367_890 }],
    ['-P6M', { months: -6, days: 0, elapsed: 0 }],
    ['-PT5M', { months: 0, days: 0, elapsed: -300_000 }],
    ['P0D', { months: 0, days: 0, elapsed: 0 }],
  ])('%s is %j', (text, duration) => expect(read(text)).toEqual(duration));

  it.each([
    '',
    'P',
    'PT',
    'P1DT',
    'PT1.5H',
    '1D',
    'P1H',
    'PT1D',
    'p1d',
    'P-1D',
    'P1D\n',
    'P101Y',
    'PT99999999999H',
    'P1S',
  ])('is not %j', (text) => {
    expect(parseDuration(text)).toMatchObject({ ok: false, problems: [{ code: 'invalid_duration' }] });
  });

  const london = zone('Europe/London');
  it.each([
    ['2026-03-28T12:00Z', 'P1D', '2026-03-29T11:00:00.000Z'],
    ['2026-03-28T12:00Z', 'PT24H', '2026-03-29T12:00:00.000Z'],
    ['2026-01-31T12:00Z', 'P1M', '2026-02-28T12:00:00.000Z'],
    ['2024-01-31T12:00Z', 'P1M1D', '2024-03-01T12:00:00.000Z'],
    ['2026-10-25T00:30Z', 'PT1H', '2026-10-25T01:30:00.000Z'],
  ])('added in London to %s, %s gives %s', (from, text, result) => {
    const duration = read(text);
    expect(duration && toIso(addDuration(at(from), duration, london))).toBe(result);
  });

  it('taken away leads back', () => {
    const months = read('P24M');
    expect(months && toIso(subtractDuration(at('2024-02-29T12:00Z'), months, london))).toBe('2022-02-28T12:00:00.000Z');
  });

  it('has a length only without calendar parts', () => {
    expect(elapsedLength({ months: 0, days: 0, elapsed: 5 })).toBe(5);
    expect(elapsedLength({ months: 0, days: 1, elapsed: 5 })).toBeUndefined();
    expect(
      ['PT0S', '-P1D', 'PT1S'].map((text) => isPositive(read(text) ?? { months: 0, days: 0, elapsed: 0 })),
    ).toEqual([false, false, true]);
  });
});

describe('an id', () => {
  const random = (fill: number) => new Uint8Array(ID_RANDOM_BYTES).fill(fill);

  it('has its prefix and 26 characters, and sorts by the time it was made', () => {
    const first = newId('syn', at('2026-11-22T00:00Z'), random(255));
    const second = newId('syn', at('2026-11-22T00:00:00.001Z'), random(0));
    expect(first).toMatch(/^syn_[0-9a-hjkmnp-tv-z]{26}$/);
    expect(isId('syn', first)).toBe(true);
    expect(first < second).toBe(true);
    expect(newId('per', at('2026-11-22T00:00Z'), random(1)).slice(4, 14)).toBe(first.slice(4, 14));
  });

  it.each([
    '',
    'syn_',
    'per_01jd7q2m4x8k3v9t5b6n0wzc42',
    'syn_01jd7q2m4x8k3v9t5b6n0wzc4',
    'syn_01JD7Q2M4X8K3V9T5B6N0WZC42',
    'syn_81jd7q2m4x8k3v9t5b6n0wzc42',
    'syn_01jd7q2m4x8k3v9t5b6n0wzc4l',
    'syn_01jd7q2m4x8k3v9t5b6n0wzc42\n',
  ])('of a sync is not %j', (text) => expect(isId('syn', text)).toBe(false));

  it('takes ten random bytes, no fewer', () => {
    expect(() => newId('syn', at('2026-11-22T00:00Z'), new Uint8Array(9))).toThrow(RangeError);
  });
});

describe('a problem', () => {
  it('points by RFC 6901', () => expect(pointerTo('a/b', 'c~d', 0)).toBe('/a~1b/c~0d/0'));

  it('of validation carries every field', () => {
    const error = validationFailed([{ pointer: '/x', code: 'required', message: 'x is missing.' }]);
    expect(error).toBeInstanceOf(DomainError);
    expect(error).toMatchObject({ status: 'invalid', code: 'validation_failed', message: 'x is missing.' });
  });
});
