import type { Limit } from './check-limits.js';
import type { OwedSchedule } from './owed.js';
import type { ShopRecord } from './source-server.js';

/** Clocks that change in spring and in autumn, by half an hour, at midnight, or not at all. */
const ZONES = [
  'Etc/UTC',
  'Europe/London',
  'America/New_York',
  'America/Santiago',
  'Australia/Lord_Howe',
  'Australia/Sydney',
  'Asia/Kolkata',
  'Africa/Cairo',
  'Pacific/Auckland',
  'America/St_Johns',
  'Asia/Beirut',
  'Europe/Berlin',
];
/** Whose a shop is, by its number; of unequal size. The second client may have two runs at a time. */
const CLIENTS = [0, 1, 2, 0, 2, 1, 0, 0, 0, 0, 0, 0];
export const CLIENT_LIMIT = 2;
/** Of a connection that two shops share. */
export const CONNECTION_LIMIT = 1;
/** Of `localhost`, by which the product knows the source of every sixth shop. */
const HOST_LIMIT = 2;
/** As the product is told. */
export const HOST_LIMITS = `localhost=${HOST_LIMIT}`;
/** Days before the configuration at which the first periods start: some pages to be cut off between. */
const HISTORY = 3;

export const CLIENT_COUNT = 1 + Math.max(...CLIENTS);

/** Which of the clients the nth shop belongs to. */
export const clientOf = (n: number): number => CLIENTS[n % CLIENTS.length] ?? 0;
/** Whether runs of a client are limited. */
export const isLimitedClient = (client: number): boolean => client === 1;
/** The nth shop is the first of two that share a connection. */
export const isSharing = (n: number): boolean => n % 6 === 2;
export const isAtLimitedHost = (n: number): boolean => n % 6 === 0;

export function limitsOf(
  n: number,
  { clientId, connectionId }: { readonly clientId: string; readonly connectionId: string },
): readonly Limit[] {
  return [
    ...(isLimitedClient(clientOf(n)) ? [{ name: `client ${clientId}`, most: CLIENT_LIMIT }] : []),
    ...(isSharing(n) || isSharing(n - 2) ? [{ name: `connection ${connectionId}`, most: CONNECTION_LIMIT }] : []),
    ...(isAtLimitedHost(n) ? [{ name: 'host localhost', most: HOST_LIMIT }] : []),
  ];
}

export function scheduleOf(n: number, now: number): OwedSchedule {
  const timeZone = ZONES[n % ZONES.length] ?? 'Etc/UTC';
  const startDate = new Date(now - HISTORY * 24 * 3_600_000).toISOString().slice(0, 10);
  const shared = { startDate, syncHour: (n * 5) % 24, timeZone };
  if (n % 6 === 5) return { selectedFrequency: 'Interval', interval: 'PT12H', ...shared };
  return { selectedFrequency: 'Daily', ...shared };
}

/** One to three records in each period, one of them often at its very start: it belongs to this period, not to the last. */
export function recordsFor(edges: readonly number[], random: () => number): readonly ShopRecord[] {
  return edges.slice(0, -1).flatMap((start, n) => {
    const length = (edges[n + 1] ?? start) - start;
    return Array.from({ length: 1 + Math.floor(random() * 3) }, (_, k) => {
      const offset = k === 0 && random() < 0.5 ? 0 : Math.floor(random() * length);
      return { id: `${n}-${k}`, version: 1, updatedAt: new Date(start + offset).toISOString() };
    });
  });
}
