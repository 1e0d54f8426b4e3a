import { describe, expect, it } from 'vitest';
import { DomainError } from '../../../src/domain/problem.js';
import { readingFrom, readStart, type ReadFromRequest } from '../../../src/domain/chain/reading.js';
import { momentIn, parseMoment } from '../../../src/domain/chain/written-moment.js';
import { toIso } from '../../../src/domain/time/instant.js';
import { aSchedule, at, zone } from '../schedule/schedules.js';

const start = at('2022-04-30T23:00Z');
const watermark = at('2022-07-13T23:00Z');
const now = at('2022-07-14T09:00Z');
const open = {
  status: 'planned',
  kind: 'chain',
  start: watermark,
  dueDate: at('2022-07-14T23:00Z'),
  recoveredDueDates: 0,
  isInitial: false,
} as const;
/** A chain that has succeeded up to the midnight before. */
const succeeded = (request: Partial<ReadFromRequest> & Pick<ReadFromRequest, 'from'>) =>
  readingFrom({
    reading: { watermarkAt: 'periodEnd' },
    chain: { start, watermark },
    schedule: aSchedule(),
    open,
    now,
    ...request,
  });
/** A chain whose first period is due at the coming midnight. */
const fresh = (request: Partial<ReadFromRequest> & Pick<ReadFromRequest, 'from'>) =>
  succeeded({ chain: { start, watermark: undefined }, open: { ...open, start, isInitial: true }, ...request });

function refusal(attempt: () => unknown): Pick<DomainError, 'code' | 'details'> {
  try {
    attempt();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}

describe('where a run reads from', () => {
  const early = at('2022-07-13T00:00Z');
  const late = at('2022-07-13T23:07Z');

  it('is the start of its period', () => {
    expect(readStart({ watermarkAt: 'periodEnd' }, watermark)).toBe(watermark);
    expect(readStart({ watermarkAt: 'runEnd' }, watermark)).toBe(watermark);
  });

  it('is where the run before stopped reading, when that was earlier', () => {
    expect(readStart({ watermarkAt: 'periodEnd', readTo: early }, watermark)).toBe(early);
  });

  it('is where the last listing ended only where the sync asks for that', () => {
    expect(readStart({ watermarkAt: 'runEnd', readTo: late }, watermark)).toBe(late);
    expect(readStart({ watermarkAt: 'periodEnd', readTo: late }, watermark)).toBe(watermark);
  });

  it('is earlier where somebody wished so, and never later', () => {
    expect(readStart({ watermarkAt: 'periodEnd', readFrom: early }, watermark)).toBe(early);
    expect(readStart({ watermarkAt: 'periodEnd', readFrom: late }, watermark)).toBe(watermark);
    expect(readStart({ watermarkAt: 'runEnd', readFrom: early, readTo: late }, watermark)).toBe(early);
  });
});

describe('before the first success, the instant to read from', () => {
  const from = at('2022-01-14T09:00Z');

  it('is where the chain begins, and its open period with it', () => {
    expect(fresh({ from })).toEqual({
      kind: 'start',
      chain: { start: from, watermark: undefined },
      plan: { start: from, dueDate: open.dueDate, recoveredDueDates: 0, isInitial: true },
    });
  });

  it('moves a due date only where nothing is left before it', () => {
    const due = { ...open, start, dueDate: at('2022-07-13T23:00Z'), isInitial: true };
    expect(fresh({ from: at('2022-07-14T08:00Z'), open: due })).toMatchObject({
      kind: 'start',
      plan: { start: at('2022-07-14T08:00Z'), dueDate: at('2022-07-14T23:00Z') },
    });
  });

  it('plans nothing for a sync that plans nothing', () => {
    expect(fresh({ from, open: undefined })).toEqual({ kind: 'start', chain: { start: from, watermark: undefined } });
  });

  it('changes nothing where the chain begins there already, whoever has the period', () => {
    expect(fresh({ from: start, open: { ...open, status: 'running' } })).toEqual({ kind: 'none' });
  });

  it.each([
    ['is running', { status: 'running', kind: 'chain' }],
    ['was asked for by hand', { status: 'queued', kind: 'latest' }],
  ] as const)('is refused while a run %s', (_, state) => {
    const held = { ...open, ...state, runId: 'run_1' };
    expect(refusal(() => fresh({ from, open: held }))).toMatchObject({
      code: 'run_active',
      details: { activeRunId: 'run_1' },
    });
  });

  it('cannot lie before what was synced by hand', () => {
    const newest = { start: at('2022-02-01T00:00Z'), dueDate: at('2022-03-01T00:00Z') };
    expect(refusal(() => fresh({ from, newest })).code).toBe('period_overlap');
    expect(fresh({ from: newest.dueDate, newest })).toMatchObject({ kind: 'start' });
  });
});

describe('after a success, the instant to read from', () => {
  const from = at('2022-07-01T00:00Z');

  it('widens the next read, and not the period', () => {
    expect(succeeded({ from })).toEqual({ kind: 'read', readFrom: from });
  });

  it('may come closer again, up to what was read, which takes the wish back', () => {
    const reading = { watermarkAt: 'periodEnd', readFrom: from } as const;
    expect(succeeded({ from: at('2022-07-05T00:00Z'), reading })).toEqual({
      kind: 'read',
      readFrom: at('2022-07-05T00:00Z'),
    });
    expect(succeeded({ from: watermark, reading })).toEqual({ kind: 'read', readFrom: undefined });
    expect(succeeded({ from, reading })).toEqual({ kind: 'none' });
  });

  it('leaves nothing out', () => {
    expect(refusal(() => succeeded({ from: at('2022-07-13T23:01Z') }))).toMatchObject({
      code: 'range_ahead_of_chain',
      details: { watermark: toIso(watermark) },
    });
    const reading = { watermarkAt: 'periodEnd', readTo: at('2022-07-13T00:00Z') } as const;
    expect(refusal(() => succeeded({ from: at('2022-07-13T01:00Z'), reading })).code).toBe('range_ahead_of_chain');
  });

  it('may be as late as the last listing ended where the sync reads on from there', () => {
    const readTo = at('2022-07-13T23:07Z');
    const reading = { watermarkAt: 'runEnd', readTo } as const;
    expect(succeeded({ from: at('2022-07-13T23:05Z'), reading })).toMatchObject({ kind: 'read' });
    expect(succeeded({ from: readTo, reading })).toEqual({ kind: 'none' });
    expect(refusal(() => succeeded({ from: at('2022-07-13T23:08Z'), reading })).code).toBe('range_ahead_of_chain');
  });

  it('is refused while a run reads as it was told', () => {
    expect(refusal(() => succeeded({ from, open: { ...open, status: 'running' } })).code).toBe('run_active');
  });
});

describe('a moment', () => {
  const meant = (value: unknown, name = 'Etc/UTC') => {
    const written = parseMoment(value);
    if (!written.ok) throw new Error(written.problems[0]?.code);
    return toIso(momentIn(written.value, zone(name), now));
  };

  it.each([
    ['2022-01-01T00:00:00Z', '2022-01-01T00:00:00.000Z'],
    ['2022-01-01T00:00:00+05:30', '2021-12-31T18:30:00.000Z'],
    ['2022-01-01', '2022-01-01T00:00:00.000Z'],
    ['-PT5M', '2022-07-14T08:55:00.000Z'],
    ['-P6M', '2022-01-14T09:00:00.000Z'],
    ['P1D', '2022-07-15T09:00:00.000Z'],
  ])('may be written as %s', (text, expected) => {
    expect(meant(text)).toBe(expected);
  });

  it('is on the calendar of the sync’s zone: a day begins at its midnight, months end at the same wall time', () => {
    expect(meant('2022-07-01', 'Europe/London')).toBe('2022-06-30T23:00:00.000Z');
    // Ten in summer time, and ten in winter time six months before.
    expect(meant('-P6M', 'Europe/London')).toBe('2022-01-14T10:00:00.000Z');
  });

  it.each([
    [7, 'invalid_type'],
    [null, 'invalid_type'],
    ['', 'invalid_date'],
    ['yesterday', 'invalid_date'],
    ['2022-02-30', 'invalid_date'],
    ['2022-01-01T00:00:00', 'invalid_date'],
    ['-P', 'invalid_date'],
    ['-P999999Y', 'invalid_date'],
    [`-P${'1'.repeat(80)}D`, 'invalid_date'],
  ])('is not %j', (value, code) => {
    expect(parseMoment(value)).toMatchObject({ ok: false, problems: [{ code }] });
  });
});
