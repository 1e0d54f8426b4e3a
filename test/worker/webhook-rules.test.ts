import { describe, expect, it } from 'vitest';
import { DAY, HOUR, instant, MINUTE, plus, SECOND } from '../../src/domain/time/instant.js';
import { parseCustomHeaders } from '../../src/webhooks/custom-headers.js';
import { DeliveryPolicy } from '../../src/webhooks/delivery/delivery-policy.js';
import { signatureHeaders } from '../../src/platform/signing/signature.js';
import { newSigningSecret, parseSigningSecret } from '../../src/platform/signing/signing-secret.js';
import { verdictOn } from '../../src/webhooks/delivery/verdict.js';

const now = instant('2022-07-13T16:00:00Z');
const retryAt = plus(now, 5 * MINUTE);
const answered = (statusCode: number, retryAfter?: string) =>
  ({ kind: 'answered', statusCode, body: '', retryAfter }) as const;

const times = { now, retryAt, slowDown: 5 * SECOND };

describe('the verdict on an answer', () => {
  it.each([200, 201, 202, 204, 299])('%i delivers', (statusCode) => {
    expect(verdictOn(answered(statusCode), times)).toEqual({ state: 'delivered' });
  });

  it.each([100, 301, 302, 304, 307, 400, 401, 404, 422, 500, 503])('%i is tried again', (statusCode) => {
    const again = { state: 'pending', failureCode: 'delivery_failed', nextAttemptAt: retryAt };
    expect(verdictOn(answered(statusCode), times)).toEqual(again);
  });

  it('is the end when no attempt is left, whatever Retry-After says', () => {
    const end = { state: 'failed', failureCode: 'delivery_failed' };
    expect(verdictOn(answered(503, '60'), { ...times, retryAt: undefined })).toMatchObject(end);
  });

  it('is the end of the endpoint at 410', () => {
    const end = { state: 'failed', failureCode: 'endpoint_gone', isGone: true };
    expect(verdictOn(answered(410), times)).toEqual(end);
  });

  it.each([
    ['longer than the table', '3600', plus(now, HOUR)],
    ['shorter than the table', '1', retryAt],
    ['an HTTP date', 'Wed, 13 Jul 2022 18:00:00 GMT', plus(now, 2 * HOUR)],
    ['a date that has passed', 'Wed, 13 Jul 2022 15:00:00 GMT', retryAt],
    ['for ever: at most a day', '99999999999', plus(now, DAY)],
    ['not a wait', 'soon', retryAt],
    ['negative', '-5', retryAt],
  ])('lengthens by Retry-After, never shortens: %s', (_, header, expected) => {
    expect(verdictOn(answered(503, header), times).nextAttemptAt).toBe(expected);
  });

  it.each([
    [429, undefined, 5 * SECOND],
    [502, undefined, 5 * SECOND],
    [504, undefined, 5 * SECOND],
    [429, '1', 5 * SECOND],
    [429, '60', MINUTE],
    [503, '60', MINUTE],
    [500, '60', MINUTE],
  ])('%i with Retry-After %s slows down the whole endpoint', (statusCode, header, pause) => {
    expect(verdictOn(answered(statusCode, header), times).pauseUntil).toBe(plus(now, pause));
  });

  it.each([
    [503, undefined],
    [500, 'soon'],
    [200, '60'],
    [410, '60'],
  ])('%i with Retry-After %s does not', (statusCode, header) => {
    expect(verdictOn(answered(statusCode, header), times).pauseUntil).toBeUndefined();
  });
});

describe('the policy', () => {
  it('makes ten attempts over 75 hours, a little late each, never early', () => {
    const policy = new DeliveryPolicy();
    const table = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];
    for (const [index, wait] of table.entries()) {
      const waited = Number(policy.nextAttemptAt(index + 1, now)) - now;
      expect(waited).toBeGreaterThanOrEqual(wait);
      expect(waited).toBeLessThanOrEqual(1.1 * wait);
    }
    expect(policy.nextAttemptAt(10, now)).toBeUndefined();
    expect(policy.deadline).toBe(15 * SECOND);
  });
});

describe('a signing secret', () => {
  const secretOf = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;

  it('is made of 32 random bytes', () => {
    const secret = newSigningSecret();
    expect(parseSigningSecret(secret)).toEqual({ ok: true, value: secret });
    expect(Buffer.from(secret.slice(6), 'base64')).toHaveLength(32);
    expect(newSigningSecret()).not.toBe(secret);
  });

  it.each([24, 32, 64])('may have %i bytes', (bytes) => {
    expect(parseSigningSecret(secretOf(bytes)).ok).toBe(true);
  });

  it.each([
    [secretOf(1), 'secret_too_short'],
    [secretOf(23), 'secret_too_short'],
    [secretOf(65), 'too_long'],
    ['whsec_', 'invalid_format'],
    ['', 'invalid_format'],
    [secretOf(32).slice('whsec_'.length), 'invalid_format'],
    [`${secretOf(32)}!`, 'invalid_format'],
    [secretOf(32).replace(/=+$/, ''), 'invalid_format'],
    [`whsec_${'-_'.repeat(20)}`, 'invalid_format'],
  ])('is refused: %s', (secret, code) => {
    expect(parseSigningSecret(secret)).toMatchObject({ ok: false, problems: [{ pointer: '/secret', code }] });
  });

  it('signs beside another while it is replaced', () => {
    const [old, fresh] = [newSigningSecret(), newSigningSecret()];
    const content = { messageId: 'msg_1', sentAt: now, body: '{}' };
    const both = signatureHeaders([fresh, old], content);
    const single = [fresh, old].map((secret) => signatureHeaders([secret], content)['webhook-signature']);
    expect(both['webhook-signature']).toBe(single.join(' '));
    expect(both['webhook-timestamp']).toBe('1657728000');
  });
});

describe('custom headers', () => {
  it('may hold a token for the receiver', () => {
    const headers = { Authorization: 'Bearer abc', 'X-Empty': '' };
    expect(parseCustomHeaders(headers)).toEqual({ ok: true, value: headers });
  });

  it.each([
    [{ Host: 'a' }, '/headers/Host', 'header_not_allowed'],
    [{ 'Webhook-Id': 'a' }, '/headers/Webhook-Id', 'header_not_allowed'],
    [{ 'svix-id': 'a' }, '/headers/svix-id', 'header_not_allowed'],
    [{ 'Content-Length': '0' }, '/headers/Content-Length', 'header_not_allowed'],
    [{ 'transfer-encoding': 'chunked' }, '/headers/transfer-encoding', 'header_not_allowed'],
    [{ 'a b': 'a' }, '/headers/a b', 'invalid_format'],
    [{ 'a/b': 'a' }, '/headers/a~1b', 'invalid_format'],
    [{ '': 'a' }, '/headers/', 'invalid_format'],
    [{ 'x-a': 'b\r\nhost: evil' }, '/headers/x-a', 'invalid_characters'],
    [{ 'x-a': 'é' }, '/headers/x-a', 'invalid_characters'],
    [{ 'x-a': 'a'.repeat(1001) }, '/headers/x-a', 'too_long'],
    [{ 'x-a': 1 }, '/headers/x-a', 'invalid_type'],
    [{ 'x-a': '1', 'X-A': '2' }, '/headers/X-A', 'duplicate_value'],
  ])('are refused: %j', (headers, pointer, code) => {
    expect(parseCustomHeaders(headers)).toMatchObject({ ok: false, problems: [{ pointer, code }] });
  });

  it('are at most ten, and every problem is told at once', () => {
    const eleven = Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`x-${n}`, '']));
    expect(parseCustomHeaders(eleven)).toMatchObject({ ok: false, problems: [{ code: 'too_many_items' }] });
    const two = parseCustomHeaders({ host: 'a', 'x-a': 1 });
    expect(two.ok ? [] : two.problems.map(({ code }) => code)).toEqual(['header_not_allowed', 'invalid_type']);
  });
});
