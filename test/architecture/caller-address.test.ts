import { describe, expect, it } from 'vitest';
import { callerAddress } from '../../src/platform/http/caller-address.js';

type Caller = Parameters<typeof callerAddress>[0];
const addressOf = (ip: string | undefined, remoteAddress?: string): string =>
  callerAddress({ ip, socket: { remoteAddress } } as Caller);

describe('the address that a request counts for', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('of %s is %s', (ip, address) => {
    expect(addressOf(ip, '127.0.0.1')).toBe(address);
  });

  it.each(['unknown', '192.0.2.7:4711', 'x'.repeat(9000), '', undefined])(
    'is that of the proxy, where it hands on what is none: %s',
    (ip) => {
      expect(addressOf(ip, '::ffff:10.0.0.9')).toBe('10.0.0.9');
    },
  );

  it('is nobody’s where the caller has gone already', () => {
    expect(addressOf(undefined)).toBe('unknown');
  });
});
