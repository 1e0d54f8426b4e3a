import { expect, it } from 'vitest';
import { MINUTE } from '../../../src/domain/time/instant.js';
import { bookingsOf } from '../../../src/domain/load/bookings.js';
import { due, idle, limitOf, midnight } from './loads.js';

it('bookings tell work once by its lane and once for each limit, in the parts in which slots hold it', () => {
  const limits = [limitOf('client', 2)];
  const planned = [
    { ...due('short', { limits }), runDate: midnight },
    { ...due('long', { cost: 130, limits }), runDate: midnight },
    { ...due('backfill', { cost: 70, lane: 'backfill' }), runDate: midnight },
  ];
  const booked = bookingsOf(planned, { ...idle, capacity: 100 });
  const [first, second, third] = [midnight, midnight + MINUTE, midnight + 2 * MINUTE];
  expect(booked).toEqual([
    { slot: first, seconds: 65, lane: 'regular' },
    { slot: first, seconds: 65, limit: 'client 2' },
    { slot: second, seconds: 60, lane: 'regular' },
    { slot: third, seconds: 10, lane: 'regular' },
    { slot: second, seconds: 60, limit: 'client 2' },
    { slot: third, seconds: 10, limit: 'client 2' },
    { slot: first, seconds: 50, lane: 'backfill' },
    { slot: second, seconds: 20, lane: 'backfill' },
  ]);
});
