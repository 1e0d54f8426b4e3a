import { fc, test } from '@fast-check/vitest';
import { Webhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { describe, expect } from 'vitest';
import { instantOf } from '../../src/domain/time/instant.js';
import { signatureHeaders } from '../../src/platform/signing/signature.js';
import { newSigningSecret } from '../../src/platform/signing/signing-secret.js';

const secret = newSigningSecret();
const libraries = [new Webhook(secret), new SvixWebhook(secret)];
const id = fc.stringMatching(/^[0-9a-hjkmnp-tv-z]{26}$/);
const body = fc.json({ maxDepth: 4, stringUnit: 'binary' });

const accepted = (text: string, headers: Record<string, string>) =>
  libraries.map((library) => {
    try {
      library.verify(text, headers);
      return true;
    } catch {
      return false;
    }
  });

const sign = (messageId: string, text: string) => ({
  ...signatureHeaders([secret], { messageId: `msg_${messageId}`, sentAt: instantOf(Date.now()), body: text }),
});

/** The text with one bit of one of its bytes turned; undefined where that is no text any more. */
function turned(text: string, place: number): string | undefined {
  const bytes = Buffer.from(text, 'utf8');
  const at = place % (bytes.length * 8);
  bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7));
  const changed = bytes.toString('utf8');
  return Buffer.from(changed, 'utf8').equals(bytes) ? changed : undefined;
}

describe('a signature', () => {
  test.prop([id, body], { numRuns: 1_000 })('is right for any body', (messageId, text) => {
    expect(accepted(text, sign(messageId, text))).toEqual([true, true]);
  });

  const parts = ['body', 'webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;
  test.prop([id, body, fc.constantFrom(...parts), fc.nat()], { numRuns: 10_000 })(
    'is wrong when one bit is',
    (messageId, text, part, place) => {
      const headers: Record<string, string> = sign(messageId, text);
      const changed = turned(part === 'body' ? text : (headers[part] ?? ''), place);
      fc.pre(changed !== undefined);
      // A receiver must ask for digits itself: the libraries read those at the beginning and ignore the rest.
      fc.pre(part !== 'webhook-timestamp' || /^\d+$/.test(changed));
      const tampered =
        part === 'body' ? { text: changed, headers } : { text, headers: { ...headers, [part]: changed } };
      expect(accepted(tampered.text, tampered.headers)).toEqual([false, false]);
    },
  );
});
