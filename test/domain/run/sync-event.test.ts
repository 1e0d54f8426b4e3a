import { describe, expect, it } from 'vitest';
import { eventOf, isSyncEventType } from '../../../src/domain/run/sync-event.js';
import type { PeriodFacts } from '../../../src/domain/run/sync-event.js';
import { at } from '../schedule/schedules.js';

const facts: PeriodFacts = {
  sequence: 7,
  company: { id: 'com_1', name: 'Corner Shop', tags: { tier: 'gold' } },
  connectionId: 'con_1',
  syncId: 'syn_1',
  runId: 'run_1',
  trigger: 'schedule',
  period: { start: at('2022-04-30T23:00Z'), dueDate: at('2022-07-13T23:00Z') },
  runDate: at('2022-07-13T23:04Z'),
  startedAt: at('2022-07-13T23:04:01Z'),
  finishedAt: at('2022-07-13T23:05Z'),
  attempt: 2,
  isInitial: false,
  recoveredDueDates: 1,
  records: { orders: { fetched: 3, created: 2, updated: 1 } },
  outcome: { kind: 'synced', records: 3, hasMore: true },
  next: { dueDate: at('2022-07-14T23:00Z') },
};

const failure = {
  code: 'provider_timeout',
  class: 'transient',
  message: 'No answer.',
  details: ['one', 'two'],
} as const;

describe('the message of a settled period', () => {
  it('tells all there is to know about a success', () => {
    expect(eventOf(facts)).toEqual({
      type: 'sync.period.completed',
      timestamp: '2022-07-13T23:05:00.000Z',
      data: {
        sequence: 7,
        company: { id: 'com_1', name: 'Corner Shop', reference: null, tags: { tier: 'gold' } },
        connectionId: 'con_1',
        syncId: 'syn_1',
        runId: 'run_1',
        trigger: 'schedule',
        period: { start: '2022-04-30T23:00:00.000Z', finish: '2022-07-13T23:00:00.000Z' },
        dueDate: '2022-07-13T23:00:00.000Z',
        runDate: '2022-07-13T23:04:00.000Z',
        startedAt: '2022-07-13T23:04:01.000Z',
        finishedAt: '2022-07-13T23:05:00.000Z',
        attempt: 2,
        isInitial: false,
        recoveredDueDates: 1,
        records: { orders: { fetched: 3, created: 2, updated: 1 } },
        hasMore: true,
        statusCode: 2000,
        status: 'Data written',
        next: { dueDate: '2022-07-14T23:00:00.000Z', runDate: null },
        errorMessage: null,
        errorDetails: null,
      },
    });
  });

  it('of the first success is the initial one', () => {
    expect(eventOf({ ...facts, isInitial: true }).type).toBe('sync.period.completed.initial');
  });

  it('of a failure says why, every message on a line', () => {
    const { type, data } = eventOf({ ...facts, isInitial: true, outcome: { kind: 'failed', failure } });
    expect(type).toBe('sync.period.failed');
    expect(data).toMatchObject({
      statusCode: 5000,
      errorMessage: 'No answer.',
      errorDetails: 'one\ntwo',
      hasMore: false,
    });
  });

  it('of an abort is a failure', () => {
    const { type, data } = eventOf({ ...facts, outcome: { kind: 'aborted' }, next: undefined });
    expect(type).toBe('sync.period.failed');
    expect(data).toMatchObject({ errorMessage: 'Sync aborted', errorDetails: null, next: null });
  });

  it('stays small, however much went wrong', () => {
    const details = Array.from({ length: 5_000 }, (_, n) => `problem ${n}`);
    const long = { ...failure, message: 'x'.repeat(50_000), details };
    const body = JSON.stringify(eventOf({ ...facts, outcome: { kind: 'failed', failure: long } }));
    expect(body.length).toBeLessThan(20_000);
  });

  it('is of a published type', () => {
    expect(isSyncEventType(eventOf(facts).type)).toBe(true);
    expect(isSyncEventType('sync.period.exploded')).toBe(false);
  });
});
