import type { InboxMessage } from '../inbox-message.js';

/** Something that the SaaS's server did, or heard by webhook. */
export interface SaasEvent {
  /** ISO 8601. */
  readonly at: string;
  readonly kind: 'did' | 'heard';
  readonly title: string;
  /** A request, or the type of an event. */
  readonly detail: string;
}

type Members = Readonly<Record<string, unknown>>;

/** What webhooks told of a company. */
export const heardFrom = (messages: readonly InboxMessage[], companyId: string): readonly SaasEvent[] =>
  messages.flatMap(({ type, sentAt, body }) => {
    const data = membersOf(body['data']);
    if (membersOf(data['company'])['id'] !== companyId) return [];
    return [{ at: sentAt, kind: 'heard' as const, title: titleOf(type, data), detail: type }];
  });

const titles: Readonly<Record<string, string>> = {
  'schedule.updated': 'Heard: the schedule is set',
  'records.changed': 'Heard: there are records to fetch',
  'sync.period.failed': 'Heard: a sync has failed',
};

const titleOf = (type: string, data: Members): string =>
  type.startsWith('sync.period.completed')
    ? `Heard: synced, with ${count(data['records'])} changes`
    : (titles[type] ?? 'Heard of a change');

/** New and changed, over all models. */
function count(records: unknown): string {
  const models = Object.values(membersOf(records)).map(membersOf);
  const changes = models.map(({ created, updated }) => Number(created ?? 0) + Number(updated ?? 0));
  return changes.reduce((sum, some) => sum + some, 0).toLocaleString('en');
}

const membersOf = (value: unknown): Members => (typeof value === 'object' && value !== null ? (value as Members) : {});
