import type { ReadClient, ReadMessage, ReadPeriod, ReadShop } from './final-read.js';
import type { Body } from './patient-api.js';
import type { Received } from './webhook-inbox.js';

/** How long a delivery may be overdue, in milliseconds: one whose job was lost is woken within two minutes and a tick. */
const OVERDUE = 200_000;

const COMPLETED = ['sync.period.completed', 'sync.period.completed.initial'];

/** What was received of one message. */
interface Arrival {
  readonly bodies: ReadonlySet<string>;
  readonly isAccepted: boolean;
}

export function arrivalsOf(log: readonly Received[]): ReadonlyMap<string, Arrival> {
  const arrivals = new Map<string, Arrival>();
  for (const { id, body, isAccepted } of log) {
    const before = arrivals.get(id);
    const bodies = new Set(before?.bodies).add(body);
    arrivals.set(id, { bodies, isAccepted: isAccepted || before?.isAccepted === true });
  }
  return arrivals;
}

/** Every message was accepted, or the API lists it as pending or exhausted; all that arrived is signed, known and the same. */
export function checkDeliveries(
  { client, messages }: ReadClient,
  log: readonly Received[],
  now: number,
): readonly string[] {
  const received = log.filter(({ clientId }) => clientId === client.id);
  const arrivals = arrivalsOf(received);
  const known = new Set(messages.map(({ id }) => id));
  const found = received
    .filter(({ isVerified }) => !isVerified)
    .map(({ id }) => `message ${id} has no valid signature`);
  for (const [id, { bodies }] of arrivals) {
    if (bodies.size > 1) found.push(`message ${id} came with ${bodies.size} different bodies`);
    if (!known.has(id)) found.push(`message ${id} was received, and the API does not know it`);
  }
  for (const message of messages) found.push(...undelivered(message, arrivals.get(message.id), now));
  return found;
}

function undelivered({ id, deliveries }: ReadMessage, arrival: Arrival | undefined, now: number): readonly string[] {
  if (deliveries.length === 0) return [`message ${id} is promised to nobody`];
  return deliveries.flatMap(({ state, nextAttemptAt }) => {
    if (state === 'delivered' && !arrival?.isAccepted)
      return [`message ${id} is called delivered, and was never accepted`];
    if (state === 'pending' && (nextAttemptAt === null || Date.parse(nextAttemptAt) < now - OVERDUE))
      return [`message ${id} has been due since ${nextAttemptAt}, and nobody sends it`];
    return [];
  });
}

/** Each done period is announced by exactly one message, each failed one too, and a sync's messages are numbered. */
export function checkAnnouncements(
  read: ReadShop,
  messages: readonly ReadMessage[],
  payloads: ReadonlyMap<string, Body>,
): readonly string[] {
  const { shop, periods } = read;
  const own = messages.filter(({ syncId }) => syncId === shop.syncId);
  const told = (types: readonly string[]) =>
    own.filter(({ type }) => types.includes(type)).map(({ id }) => spanOf(payloads.get(id)));
  const settled = (status: string) => periods.filter((period) => period.status === status).map(spanOfPeriod);
  const found = [
    ...differences('completed', settled('succeeded'), told(COMPLETED)),
    ...differences('failed', settled('failed'), told(['sync.period.failed'])),
    ...numbering(own.flatMap(({ sequence }) => (sequence === null ? [] : [sequence]))),
  ];
  return found.map((finding) => `${shop.name} (${shop.syncId}): ${finding}`);
}

const spanOfPeriod = ({ start, dueDate, runId }: ReadPeriod): string =>
  `[${new Date(start).toISOString()}, ${new Date(dueDate).toISOString()}) by ${runId}`;
const spanOf = (payload: Body): string =>
  `[${payload?.data.period.start}, ${payload?.data.period.finish}) by ${payload?.data.runId}`;

function differences(what: string, settled: readonly string[], told: readonly string[]): readonly string[] {
  const twice = told.filter((span, n) => told.indexOf(span) !== n);
  return [
    ...settled.filter((span) => !told.includes(span)).map((span) => `${span} ${what}, and no message says so`),
    ...told.filter((span) => !settled.includes(span)).map((span) => `a message calls ${span} ${what}, and it is not`),
    ...twice.map((span) => `${span} was announced as ${what} twice`),
  ];
}

function numbering(sequences: readonly number[]): readonly string[] {
  const sorted = sequences.toSorted((a, b) => a - b);
  const wrong = sorted.find((sequence, n) => sequence !== n + 1);
  return wrong === undefined ? [] : [`the sequence of its messages has a hole or a repeat at ${wrong}`];
}
