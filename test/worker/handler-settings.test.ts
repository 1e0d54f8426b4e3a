import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { HandlerConnector } from '../../src/connectors/handler/handler.connector.js';
import { HOUR, MINUTE, SECOND, instant, type Instant } from '../../src/domain/time/instant.js';
import { Outbound } from '../../src/platform/outbound/outbound.js';
import { newSigningSecret } from '../../src/platform/signing/signing-secret.js';
import { Clock } from '../../src/ports/clock.js';

class StandingClock extends Clock {
  override now(): Promise<Instant> {
    return Promise.resolve(instant('2026-03-01T12:00:00Z'));
  }
}

const handler = new HandlerConnector(new Outbound({ allow: ['http://127.0.0.1:4000'] }), new StandingClock());
const url = 'https://handler.example.com/run?tenant=1';
const found = (settings: unknown, credentials?: unknown) =>
  handler.validate(settings, credentials).map(({ pointer, code }) => `${pointer} ${code}`);

describe('settings of a handler connection', () => {
  it.each([
    ['only a URL', { url }],
    ['an allowed origin on loopback', { url: 'http://127.0.0.1:4000/' }],
    ['the shortest times', { url, timeout: 'PT10S', maximumDuration: 'PT10S' }],
    ['the longest times', { url, timeout: 'PT6H', maximumDuration: 'PT168H' }],
    ['models', { url, models: [{ name: 'orders' }, { name: 'products', announcesChanges: true }] }],
  ])('take %s', (_, settings) => {
    expect(found(settings)).toEqual([]);
  });

  it.each([
    ['no URL', {}, ['/settings/url required']],
    ['a URL that is none', { url: 'handler' }, ['/settings/url invalid_url']],
    ['a private address', { url: 'https://10.0.0.1/' }, ['/settings/url url_not_allowed']],
    ['plain http', { url: 'http://handler.example.com/' }, ['/settings/url url_not_allowed']],
    ['a user in the URL', { url: 'https://me@handler.example.com/' }, ['/settings/url url_not_allowed']],
    ['an unknown field', { url, secret: 's' }, ['/settings/secret unknown_field']],
    ['a timeout that is none', { url, timeout: '5m' }, ['/settings/timeout invalid_duration']],
    ['a timeout of calendar days', { url, timeout: 'P1D' }, ['/settings/timeout invalid_duration']],
    ['too short a timeout', { url, timeout: 'PT9S' }, ['/settings/timeout out_of_range']],
    ['too long a timeout', { url, timeout: 'PT6H1S' }, ['/settings/timeout out_of_range']],
    ['a negative one', { url, timeout: '-PT5M' }, ['/settings/timeout out_of_range']],
    ['too long in all', { url, maximumDuration: 'PT169H' }, ['/settings/maximumDuration out_of_range']],
    ['models that are names', { url, models: ['orders'] }, ['/settings/models/0 invalid_type']],
    ['a model without a name', { url, models: [{}] }, ['/settings/models/0/name required']],
    ['a name that is none', { url, models: [{ name: '__proto__' }] }, ['/settings/models/0/name invalid_format']],
    ['a model twice', { url, models: [{ name: 'a' }, { name: 'a' }] }, ['/settings/models/1/name duplicate_value']],
    [
      'too many models',
      { url, models: Array.from({ length: 101 }, (_, n) => ({ name: `m${n}` })) },
      ['/settings/models too_many_items'],
    ],
  ])('refuse %s', (_, settings, problems) => {
    expect(found(settings)).toEqual(problems);
  });

  it('say how patient to be, and what the models can do', () => {
    expect(handler.patience({ url })).toEqual({ silence: 5 * MINUTE, duration: 6 * HOUR });
    expect(handler.patience({ url, timeout: 'PT30S', maximumDuration: 'PT1H' })).toEqual({
      silence: 30 * SECOND,
      duration: HOUR,
    });
    const models = handler.models({ url, models: [{ name: 'orders' }, { name: 'products', announcesChanges: true }] });
    expect(
      models.map(({ name, capabilities }) => [name, capabilities.incremental, capabilities.announcesChanges]),
    ).toEqual([
      ['orders', true, false],
      ['products', true, true],
    ]);
    expect(handler.models({ url })).toEqual([]);
  });
});

describe('credentials of a handler connection', () => {
  const secretOf = (bytes: number): string => `whsec_${randomBytes(bytes).toString('base64')}`;

  it.each([
    ['a secret of ours', { secret: newSigningSecret() }, []],
    ['24 bytes', { secret: secretOf(24) }, []],
    ['64 bytes', { secret: secretOf(64) }, []],
    ['none yet', undefined, []],
    ['no secret', {}, ['/credentials/secret required']],
    ['23 bytes', { secret: secretOf(23) }, ['/credentials/secret secret_too_short']],
    ['65 bytes', { secret: secretOf(65) }, ['/credentials/secret too_long']],
    ['another prefix', { secret: secretOf(32).replace('whsec', 'sk') }, ['/credentials/secret invalid_format']],
    ['no base64', { secret: 'whsec_ä' }, ['/credentials/secret invalid_format']],
    ['a number', { secret: 1 }, ['/credentials/secret invalid_type']],
    ['more than a secret', { secret: secretOf(32), url }, ['/credentials/url unknown_field']],
  ])('with %s have the problems %j', (_, credentials, problems) => {
    expect(found({ url }, credentials)).toEqual(problems);
  });

  it('are needed by every connection', () => {
    expect(handler.needsCredentials()).toBe(true);
  });
});
