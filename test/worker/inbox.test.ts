import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startInbox, type Inbox } from '../../src/demo/inbox.js';
import type { InboxMessage } from '../../src/demo/inbox-message.js';
import { instantOf, SECOND } from '../../src/domain/time/instant.js';
import { signatureHeaders } from '../../src/platform/signing/signature.js';
import { newSigningSecret } from '../../src/platform/signing/signing-secret.js';
import cases from './signature-cases.json' with { type: 'json' };

interface SignatureCase {
  readonly mutate?: 'body' | 'id' | 'reserialise';
  /** Seconds since the message was signed. */
  readonly age?: number;
  readonly timestamp?: string;
  readonly prefix?: string;
  readonly secret?: string;
  readonly replay?: boolean;
  readonly headers?: Readonly<Record<string, null>>;
}

interface Signed {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const BODY = '{"type": "sync.period.completed", "timestamp": "2022-07-13T23:03:11.075Z", "data": {"sequence": 1}}';
const secret = newSigningSecret();
let sent = 0;

function signed({ age = 0, by = secret }: { age?: number; by?: string } = {}): Signed {
  sent += 1;
  const sentAt = instantOf(Date.now() - age * SECOND);
  const headers = signatureHeaders([by], { messageId: `msg_${sent}`, sentAt, body: BODY });
  return { body: BODY, headers: { ...headers } };
}

const withHeader = ({ headers, body }: Signed, name: string, change: (value: string) => string): Signed => ({
  body,
  headers: { ...headers, [name]: change(headers[name] ?? '') },
});

function changed(input: SignatureCase): Signed {
  const message = signed({ age: input.age, by: input.secret ? newSigningSecret() : secret });
  if (input.mutate === 'body') return { ...message, body: BODY.replace('1', '2') };
  if (input.mutate === 'reserialise') return { ...message, body: JSON.stringify(JSON.parse(BODY)) };
  if (input.mutate === 'id') return withHeader(message, 'webhook-id', (id) => `${id}0`);
  if (input.timestamp) return withHeader(message, 'webhook-timestamp', (now) => `${now}abc`);
  if (input.prefix === '') return withHeader(message, 'webhook-signature', (text) => text.replace('v1,', ''));
  const missing = Object.keys(input.headers ?? {});
  const headers = Object.entries(message.headers).filter(([name]) => !missing.includes(name));
  return { ...message, headers: Object.fromEntries(headers) };
}

describe('the inbox of the demo', () => {
  const announced: InboxMessage[] = [];
  let inbox: Inbox;
  beforeAll(async () => {
    inbox = await startInbox({ port: 0, onMessage: (message) => announced.push(message) });
  });
  afterAll(() => inbox.close());
  beforeEach(() => inbox.setSecret(secret));

  const post = async ({ headers, body }: Signed) => (await fetch(inbox.url, { method: 'POST', headers, body })).status;
  const kept = (id: string | undefined) => inbox.messages().filter((message) => message.id === id);

  it.each(cases.filter(({ input }) => !('replay' in input)))('refuses $id: $label', async ({ input }) => {
    const message = changed(input as SignatureCase);
    const before = inbox.messages().length;
    expect(await post(message)).toBe(401);
    expect(inbox.messages()).toHaveLength(before);
  });

  it('keeps and announces a message that is right, newest first', async () => {
    await post(signed());
    const message = signed();
    expect(await post(message)).toBe(204);
    const [newest] = inbox.messages();
    expect(newest).toMatchObject({ id: message.headers['webhook-id'], type: 'sync.period.completed', deliveries: 1 });
    expect(newest?.body).toEqual(JSON.parse(BODY));
    expect(announced.at(-1)).toEqual(newest);
  });

  it('takes W14, the same webhook-id a second time, without a second effect', async () => {
    const message = signed();
    const before = announced.length;
    expect([await post(message), await post(message)]).toEqual([204, 204]);
    expect(kept(message.headers['webhook-id'])).toMatchObject([{ deliveries: 2 }]);
    expect(announced).toHaveLength(before + 1);
  });

  it('takes W15, where the second of two signatures is right', async () => {
    const message = withHeader(signed(), 'webhook-signature', (right) => `v1,${'A'.repeat(43)}= ${right}`);
    expect(await post(message)).toBe(204);
  });

  it('shows a page of text that no message can turn into markup', async () => {
    const body = JSON.stringify({ type: '<script>alert(1)</script>' });
    const headers = signatureHeaders([secret], { messageId: 'msg_"><b>', sentAt: instantOf(Date.now()), body });
    expect(await post({ headers: { ...headers }, body })).toBe(204);
    const page = await fetch(inbox.url);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const html = await page.text();
    expect(html).toContain('&lt;script&gt;');
    expect(html).not.toMatch(/<script|<b>/);
  });

  it('answers its messages as JSON, at most the newest hundred', async () => {
    for (let nth = 0; nth < 105; nth += 1) await post(signed());
    const answer = await fetch(new URL('messages', inbox.url));
    expect(await answer.json()).toEqual(inbox.messages());
    expect(inbox.messages()).toHaveLength(100);
    expect(inbox.messages()[0]?.id).toBe(`msg_${sent}`);
  });

  it('asks to come again while it does not know its secret', async () => {
    const fresh = await startInbox({ port: 0 });
    const { headers, body } = signed();
    expect((await fetch(fresh.url, { method: 'POST', headers, body })).status).toBe(503);
    await fresh.close();
  });
});
