import { fc, test } from '@fast-check/vitest';
import { Webhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { describe, expect, it } from 'vitest';
import { verifyWebhook, WebhookVerificationError, type WebhookToVerify } from '../../client/src/verify-webhook.js';
import { instantOf } from '../../src/domain/time/instant.js';
import { signatureHeaders } from '../../src/platform/signing/signature.js';
import { newSigningSecret } from '../../src/platform/signing/signing-secret.js';
import { badInputs } from '../support/bad-inputs.js';
import { exampleOf } from '../support/operations.js';

interface SignatureInput {
  readonly mutate?: 'body' | 'id' | 'reserialise';
  /** Seconds. */
  readonly age?: number;
  readonly timestamp?: string;
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly prefix?: string;
  readonly secret?: string;
  readonly replay?: boolean;
}

const secret = newSigningSecret();
const event = exampleOf('SyncPeriodCompleted');
/** Written with blanks, as no serialiser would write it again. */
const body = JSON.stringify(event, null, 1);

function signed(sentAt = Date.now(), by: readonly string[] = [secret]) {
  return { ...signatureHeaders(by, { messageId: 'msg_1', sentAt: instantOf(sentAt), body }) };
}

/** The request that a case of the catalogue describes. */
function requestOf(input: SignatureInput): Pick<WebhookToVerify, 'body'> & { headers: Record<string, string> } {
  const signer = input.secret === '<other>' ? newSigningSecret() : secret;
  const headers: Record<string, string> = signed(Date.now() - (input.age ?? 0) * 1000, [signer]);
  if (input.mutate === 'id') headers['webhook-id'] = 'msg_2';
  if (input.timestamp !== undefined) {
    headers['webhook-timestamp'] = input.timestamp.replace('<now>', headers['webhook-timestamp'] ?? '');
  }
  if (input.prefix !== undefined) {
    headers['webhook-signature'] = (headers['webhook-signature'] ?? '').replace('v1,', input.prefix);
  }
  for (const [name, value] of Object.entries(input.headers ?? {})) {
    if (value === null) delete headers[name];
    else headers[name] = value;
  }
  const changed = { body: body.replace('completed', 'cOmpleted'), reserialise: JSON.stringify(event), id: body };
  return { headers, body: input.mutate ? changed[input.mutate] : body };
}

const codeOf = (webhook: WebhookToVerify): Promise<string> =>
  verifyWebhook(webhook).then(
    () => 'ok',
    (error: unknown) => (error instanceof WebhookVerificationError ? error.code : String(error)),
  );

const cases = badInputs('signature').map(({ id, label, input, expect: expected }) => ({
  id,
  label,
  input: input as SignatureInput,
  expected,
}));
const requests = cases.filter(({ expected }) => expected.status !== 422);

describe('verifyWebhook', () => {
  it('is held to the whole catalogue', () => {
    expect(cases.map(({ id }) => id)).toEqual(
      ['01', '02', '04', '05', '07', '08', '10', '11', '13', '14', '16'].map((number) => `W${number}`),
    );
  });

  it.each(requests)('$id $label', async ({ input, expected }) => {
    const request = requestOf(input);
    const code = expected.status === 200 ? 'ok' : expected.code;
    expect(await codeOf({ secret, ...request })).toBe(code);
    // The same message again is as good as the first: to drop it is up to the receiver.
    expect(await codeOf({ secret, ...request })).toBe(code);
  });

  it('W16: takes no secret that Meridian would not take', async () => {
    await expect(verifyWebhook({ secret: 'whsec_AA==', headers: signed(), body })).rejects.toThrow(TypeError);
  });

  it.each([
    ['W03 another timestamp', (headers: Record<string, string>) => add(headers, 'webhook-timestamp', -1)],
    ['W09 a version that is not known', (headers: Record<string, string>) => replace(headers, 'v1,', 'v2,')],
  ])('%s is a mismatch', async (_, change) => {
    const headers: Record<string, string> = signed();
    change(headers);
    expect(await codeOf({ secret, headers, body })).toBe('signature_mismatch');
  });

  it('W15: takes a right signature behind junk, and either of two secrets', async () => {
    const headers = signed();
    headers['webhook-signature'] = `v1,bm90IHJpZ2h0 v1,%%% v1a,x ${headers['webhook-signature']}`;
    expect(await codeOf({ secret, headers, body })).toBe('ok');
    expect(await codeOf({ secret: [newSigningSecret(), secret], headers: signed(), body })).toBe('ok');
    expect(await codeOf({ secret, headers: signed(Date.now(), [newSigningSecret(), secret]), body })).toBe('ok');
  });

  it('takes headers of another kind than this runtime’s own', async () => {
    const headers = signed();
    const foreign = { get: (name: string) => new Map(Object.entries(headers)).get(name) ?? null };
    expect(await codeOf({ secret, headers: foreign as unknown as Headers, body })).toBe('ok');
  });

  it('answers the event, typed', async () => {
    const verified = await verifyWebhook({
      secret,
      headers: new Headers(signed()),
      body: new TextEncoder().encode(body),
    });
    expect(verified).toEqual(event);
    const records = verified.type === 'sync.period.completed' ? verified.data.records : undefined;
    expect(records).toBeDefined();
  });

  it('reads headers whatever their case, and none that came twice', async () => {
    const shouted = Object.fromEntries(Object.entries(signed()).map(([name, value]) => [name.toUpperCase(), value]));
    expect(await codeOf({ secret, headers: shouted, body })).toBe('ok');
    const twice = { ...signed(), 'webhook-id': ['msg_1', 'msg_1'] };
    expect(await codeOf({ secret, headers: twice, body })).toBe('invalid_headers');
  });

  it('keeps to the second of its tolerance', async () => {
    const sentAt = 1_657_728_000_000;
    const headers = signed(sentAt);
    const at = (seconds: number, tolerance?: number) =>
      codeOf({ secret, headers, body, tolerance, now: sentAt + seconds * 1000 });
    expect([await at(300), await at(301), await at(-300), await at(-301)]).toEqual([
      'ok',
      'timestamp_too_old',
      'ok',
      'timestamp_too_new',
    ]);
    expect([await at(10, 10), await at(11, 10)]).toEqual(['ok', 'timestamp_too_old']);
  });

  test.prop([fc.json({ stringUnit: 'binary' }), fc.nat()], { numRuns: 500 })(
    'agrees with the two libraries on every body, and on every changed one',
    async (text, place) => {
      const headers = {
        ...signatureHeaders([secret], { messageId: 'msg_1', sentAt: instantOf(Date.now()), body: text }),
      };
      expect([await codeOf({ secret, headers, body: text }), ...byLibraries(text, headers)]).toEqual([
        'ok',
        true,
        true,
      ]);
      const bytes = Buffer.from(text);
      bytes[place % bytes.length] = (bytes[place % bytes.length] ?? 0) ^ 1;
      expect(await codeOf({ secret, headers, body: bytes })).toBe('signature_mismatch');
    },
  );
});

describe('the libraries we did not write', () => {
  it.each(requests)('$id $label', ({ id, input, expected }) => {
    const { headers, body: text } = requestOf(input);
    // They read the digits at the beginning of a timestamp and ignore the rest; whoever needs more uses ours.
    const isTaken = expected.status === 200 || id === 'W07';
    expect(byLibraries(String(text), headers)).toEqual([isTaken, isTaken]);
  });
});

const libraries = [new Webhook(secret), new SvixWebhook(secret)];
const byLibraries = (text: string, headers: Record<string, string>) =>
  libraries.map((library) => {
    try {
      library.verify(text, headers);
      return true;
    } catch {
      return false;
    }
  });

function add(headers: Record<string, string>, name: string, seconds: number): void {
  headers[name] = String(Number(headers[name]) + seconds);
}

function replace(headers: Record<string, string>, from: string, to: string): void {
  headers['webhook-signature'] = (headers['webhook-signature'] ?? '').replace(from, to);
}
