import type { FlowEvents } from '../flow/announcements.js';
import type { SyncFlow } from '../element/define.js';

const NAMESPACE = 'sync-flow';
const EVENTS: readonly (keyof FlowEvents)[] = [
  'syncflow-ready',
  'syncflow-step',
  'syncflow-change',
  'syncflow-complete',
  'syncflow-action',
  'syncflow-error',
  'syncflow-exit',
];

interface Envelope {
  readonly ns: typeof NAMESPACE;
  readonly v: 1;
  readonly sid: string;
  readonly type: string;
  readonly detail: unknown;
}

/** Who frames this page, as the browser says it; undefined where it does not, or where the session does not know them. */
export function parentOrigin(allowedOrigins: readonly string[]): string | undefined {
  const framing = location.ancestorOrigins?.[0] ?? URL.parse(document.referrer)?.origin;
  return allowedOrigins.find((origin) => origin === framing);
}

/** What a parent may ask for: `set-theme` and `close`, in the shape of our own messages. */
export function readMessage(data: unknown, sessionId: string): Envelope | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { ns, v, sid, type } = data as Partial<Envelope>;
  const known = type === 'set-theme' || type === 'close';
  return ns === NAMESPACE && v === 1 && sid === sessionId && known ? (data as Envelope) : undefined;
}

/** Tells the framing page what happens, and hears what it asks. The token is in no message. */
export function talkToParent(flow: SyncFlow, sessionId: string, origin: string): void {
  const tell = (type: string, detail: unknown): void => {
    const message: Envelope = { ns: NAMESPACE, v: 1, sid: sessionId, type, detail };
    parent.postMessage(message, origin);
  };
  for (const name of EVENTS) flow.addEventListener(name, (event) => tell(name, (event as CustomEvent<unknown>).detail));
  new ResizeObserver(() => tell('resize', { height: Math.ceil(flow.getBoundingClientRect().height) })).observe(flow);
  addEventListener('message', (event) => {
    if (event.source !== parent || event.origin !== origin) return;
    const message = readMessage(event.data, sessionId);
    if (message?.type === 'close') flow.remove();
    if (message?.type === 'set-theme') flow.theme = themeOf(message.detail);
  });
}

/** Texts by name; what they are worth, the element decides. */
const themeOf = (detail: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(detail ?? {}).filter(([, value]) => typeof value === 'string'));
