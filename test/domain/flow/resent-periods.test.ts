import { describe, expect, it } from 'vitest';
import { resentPeriods, type LedgerPeriod } from '../../../src/domain/flow/resent-periods.js';
import { instant } from '../../../src/domain/time/instant.js';

const at = (day: number) => instant(`2026-11-${String(day).padStart(2, '0')}T00:00:00Z`);
const period = (from: number, to: number, status: LedgerPeriod['status'], attempt = 1): LedgerPeriod => ({
  start: at(from),
  dueDate: at(to),
  status,
  attempt,
});
const planned = { start: at(10), dueDate: at(14) };

describe('a newly planned period covers again', () => {
  it.each([
    ['nothing, on an empty ledger', [], 0],
    ['each that failed and is merged into it', [period(10, 13, 'failed'), period(10, 12, 'failed')], 2],
    ['one whose retry waits', [period(10, 13, 'assigned', 2)], 1],
    ['one that runs', [period(10, 13, 'running')], 1],
    ['one that succeeded, also in part', [period(8, 11, 'succeeded')], 1],
    ['no success that ends where it starts', [period(9, 10, 'succeeded')], 0],
    ['none that begins where it ends', [period(14, 15, 'failed')], 0],
    ['none that waits for its first run', [period(10, 13, 'planned', 0), period(10, 13, 'queued', 1)], 0],
    ['none that was superseded', [period(10, 13, 'superseded', 3)], 0],
  ] as const)('%s', (_, ledger, count) => {
    expect(resentPeriods(planned, ledger)).toBe(count);
  });
});
