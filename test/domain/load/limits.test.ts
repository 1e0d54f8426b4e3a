import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, plus } from '../../../src/domain/time/instant.js';
import { assignRunDates } from '../../../src/domain/load/run-date.js';
import { countBySlot, due, idle, limitOf, many, midnight, regular, secondsLate, under } from './loads.js';

const [client, connection, source] = [limitOf('client', 2), limitOf('connection', 1), limitOf('source', 4)];

describe('a limit', () => {
  it.each([
    ['client', client, 24],
    ['connection', connection, 12],
    ['source', source, 48],
  ] as const)('of a %s gives each slot what so many runs can do at a time', (kind, limit, perSlot) => {
    const assigned = assignRunDates(many(perSlot * 2, 'a', { limits: [limit] }), idle, midnight);
    expect(countBySlot(assigned)).toEqual([perSlot, perSlot]);
    expect(assigned.slice(perSlot).map(({ reason }) => reason)).toEqual(Array<string>(perSlot).fill(`${kind}_limit`));
  });

  it('lets runs start one after another, as it is used up', () => {
    const assigned = assignRunDates(many(4, 'a', { limits: [connection], cost: 15 }), idle, midnight);
    expect(secondsLate(assigned)).toEqual([0, 15, 30, 45]);
  });

  it('holds nobody up who does not come under it', () => {
    const assigned = assignRunDates([...many(500, 'a', { limits: [connection] }), ...many(20, 'b')], idle, midnight);
    expect(Math.max(...secondsLate(assigned.filter(({ id }) => id.startsWith('b'))))).toBeLessThan(60);
  });

  it('counts what was booked under it', () => {
    const booked = [...under(client, 120, 118), ...under(source, 0, 0, 240)];
    const [assigned] = assignRunDates([due('p', { limits: [client] })], { ...idle, booked }, midnight);
    expect(assigned).toMatchObject({ slot: midnight + 2 * MINUTE, reason: 'client_limit' });
  });

  it('counts a long run once in each slot it goes on in, not all of it in the first', () => {
    const assigned = assignRunDates(
      many(2, 'a', { limits: [client], cost: 300 }),
      { ...idle, capacity: 3_840 },
      midnight,
    );
    expect(assigned.map(({ slot }) => slot)).toEqual([midnight, midnight]);
    const [third] = assignRunDates(
      [due('p', { limits: [client] })],
      { ...idle, booked: under(client, 120, 120, 120, 120, 120) },
      midnight,
    );
    expect(third).toMatchObject({ slot: midnight + 5 * MINUTE, reason: 'client_limit' });
  });

  it('spreads what finds no room in time evenly over its slots, and leaves slots without room alone', () => {
    const hourly = many(1_440, 'a', { limits: [connection], nextDueDate: plus(midnight, HOUR) });
    const assigned = assignRunDates(hourly, idle, midnight);
    expect(countBySlot(assigned)).toEqual(Array<number>(60).fill(24));
    expect(assigned.filter(({ reason }) => reason === 'overload')).toHaveLength(720);
    const booked = regular(...Array<number>(30).fill(384));
    const beside = assignRunDates(hourly.slice(0, 800), { ...idle, booked }, midnight);
    expect(Math.min(...beside.map(({ slot }) => slot))).toBe(midnight + 30 * MINUTE);
  });
});

describe('of several things that were full', () => {
  const all = { limits: [source, client, connection] };
  const full = (limit: typeof client, slots: number) => under(limit, ...Array<number>(slots).fill(limit.most * 60));

  it.each([
    ['the last', 'capacity', [...regular(384, 384, 384), ...full(client, 2), ...full(source, 1)]],
    ['the last', 'source_limit', [...regular(384, 384), ...full(client, 1), ...full(source, 3)]],
    ['the last', 'client_limit', [...regular(384), ...full(client, 3), ...full(connection, 2)]],
    ['at one time a limit', 'source_limit', [...regular(384, 384), ...full(source, 2)]],
    ['at one time the client’s', 'client_limit', [...regular(384, 384), ...full(source, 2), ...full(client, 2)]],
    ['at one time the connection’s', 'connection_limit', [...full(client, 2), ...full(connection, 2)]],
  ])('%s is named: %s', (_, reason, booked) => {
    expect(assignRunDates([due('p', all)], { ...idle, booked }, midnight)).toMatchObject([{ reason }]);
  });

  it('the search goes on until all have room at once', () => {
    const booked = [
      ...regular(384, 0, 384, 0, 384),
      ...under(client, 0, 120, 0, 120),
      ...under(source, 0, 0, 0, 0, 0, 240),
    ];
    expect(assignRunDates([due('p', all)], { ...idle, booked }, midnight)).toMatchObject([
      { slot: midnight + 6 * MINUTE, reason: 'source_limit' },
    ]);
  });
});
