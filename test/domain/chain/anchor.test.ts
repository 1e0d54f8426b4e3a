import { describe, expect, it } from 'vitest';
import { anchorChain } from '../../../src/domain/chain/anchor.js';
import type { AnchorRequest } from '../../../src/domain/chain/anchor.js';
import { toIso } from '../../../src/domain/time/instant.js';
import { DomainError } from '../../../src/domain/problem.js';
import { aSchedule, at } from '../schedule/schedules.js';

const utc = (fields: Readonly<Record<string, unknown>>) => aSchedule({ timeZone: 'Etc/UTC', ...fields });
const may = utc({ startDate: '2022-05-01' });
const synced = { start: at('2022-05-01T00:00Z'), dueDate: at('2022-07-14T00:00Z') };
const chain = { watermark: synced.dueDate, start: synced.start };
const unsynced = { watermark: undefined, start: synced.start };

function outcome(request: Partial<AnchorRequest>): string {
  try {
    const anchored = anchorChain({
      schedule: may,
      previous: may,
      chain,
      reEnabling: false,
      activeRun: undefined,
      succeeded: [],
      ...request,
    });
    const { watermark, start } = anchored.chain;
    const gap = anchored.declaredGap;
    return [
      `start ${toIso(start).slice(0, 13)}`,
      watermark === undefined ? 'nothing synced' : `synced up to ${toIso(watermark).slice(0, 13)}`,
      ...(gap === undefined
        ? []
        : [`leaves out ${toIso(gap.start).slice(0, 10)} to ${toIso(gap.dueDate).slice(0, 10)}`]),
    ].join(', ');
  } catch (error) {
    if (error instanceof DomainError) return `${error.status} ${error.code}`;
    throw error;
  }
}

describe('the start of a chain', () => {
  it('is the start date at the sync hour', () => {
    expect(
      outcome({ schedule: utc({ startDate: '2022-05-01', syncHour: 6 }), previous: undefined, chain: undefined }),
    ).toBe('start 2022-05-01T06, nothing synced');
  });

  it('follows the start date while nothing has succeeded', () => {
    expect(outcome({ schedule: utc({ startDate: '2022-04-01' }), chain: unsynced })).toBe(
      'start 2022-04-01T00, nothing synced',
    );
    expect(outcome({ schedule: utc({ startDate: '2022-06-01' }), chain: unsynced })).toBe(
      'start 2022-06-01T00, nothing synced',
    );
  });

  it('stays where somebody set it when hour or zone change, until another start date is given', () => {
    const setApart = { watermark: undefined, start: at('2022-01-14T09:00Z') };
    const sixOClock = utc({ startDate: '2022-05-01', syncHour: 6 });
    expect(outcome({ schedule: sixOClock, chain: setApart })).toBe('start 2022-01-14T09, nothing synced');
    const anotherDate = utc({ startDate: '2022-04-01' });
    expect(outcome({ schedule: anotherDate, chain: setApart })).toBe('start 2022-04-01T00, nothing synced');
  });

  it('stays when hour or zone change after the first success', () => {
    const schedule = utc({ startDate: '2022-05-01', syncHour: 6, timeZone: 'Pacific/Honolulu' });
    expect(outcome({ schedule })).toBe('start 2022-05-01T00, synced up to 2022-07-14T00');
  });

  it.each(['2022-04-01', '2022-05-02', '2022-08-01'])('is locked after the first success: %s', (startDate) => {
    expect(outcome({ schedule: utc({ startDate }) })).toBe('conflict start_date_locked');
  });
});

describe('a new start date on enabling again', () => {
  const enabling = { reEnabling: true, succeeded: [synced] };

  it('that is later begins a new chain behind a declared gap', () => {
    expect(outcome({ ...enabling, schedule: utc({ startDate: '2022-08-01' }) })).toBe(
      'start 2022-08-01T00, nothing synced, leaves out 2022-07-14 to 2022-08-01',
    );
  });

  it('that is where the chain stands changes nothing', () => {
    expect(outcome({ ...enabling, schedule: utc({ startDate: '2022-07-14' }) })).toBe(
      'start 2022-05-01T00, synced up to 2022-07-14T00',
    );
  });

  it.each(['2022-04-01', '2022-07-13'])('that would sync again what was synced is refused: %s', (startDate) => {
    expect(outcome({ ...enabling, schedule: utc({ startDate }) })).toBe('conflict period_overlap');
  });

  it('may be changed again until the new chain has its first success', () => {
    const august = utc({ startDate: '2022-08-01' });
    const anew = {
      previous: august,
      chain: { watermark: undefined, start: at('2022-08-01T00:00Z') },
      succeeded: [synced],
    };
    expect(outcome({ ...anew, schedule: utc({ startDate: '2022-07-20' }) })).toBe(
      'start 2022-07-20T00, nothing synced, leaves out 2022-07-14 to 2022-07-20',
    );
    expect(outcome({ ...anew, schedule: utc({ startDate: '2022-07-01' }) })).toBe('conflict period_overlap');
  });
});

describe('a run that is under way', () => {
  const running = { chain: unsynced, activeRun: {} };

  it('keeps the start it was given when hour or zone change', () => {
    expect(outcome({ ...running, schedule: utc({ startDate: '2022-05-01', syncHour: 6 }) })).toBe(
      'start 2022-05-01T00, nothing synced',
    );
  });

  it('keeps the start date from being changed', () => {
    expect(outcome({ ...running, schedule: utc({ startDate: '2022-04-01' }) })).toBe('conflict run_active');
    const enabling = { activeRun: {}, reEnabling: true, succeeded: [synced] };
    expect(outcome({ ...enabling, schedule: utc({ startDate: '2022-08-01' }) })).toBe('conflict run_active');
  });
});

describe('a range that was synced by hand before the first success', () => {
  const range = { start: at('2022-01-01T00:00Z'), dueDate: at('2022-04-30T12:00Z') };
  const before = { chain: unsynced, succeeded: [range] };

  it('keeps the start date from moving over it', () => {
    expect(outcome({ ...before, schedule: utc({ startDate: '2022-04-01' }) })).toBe('conflict period_overlap');
    expect(outcome({ ...before, schedule: utc({ startDate: '2022-04-30', syncHour: 12 }) })).toContain(
      'start 2022-04-30T12',
    );
  });

  it('keeps an edited zone from pulling the start over it', () => {
    expect(
      outcome({ ...before, schedule: aSchedule({ startDate: '2022-05-01', timeZone: 'Pacific/Kiritimati' }) }),
    ).toBe('start 2022-04-30T12, nothing synced');
  });
});
