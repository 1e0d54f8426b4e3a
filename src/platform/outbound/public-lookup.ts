import { lookup } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { isPublicAddress } from './address-rules.js';
import { OutboundError } from './outbound-error.js';

/** All addresses of a name. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

export const resolveBySystem: Resolve = (hostname) => lookup(hostname, { all: true, verbatim: true });

/**
 * The lookup of a socket that connects to public addresses only. It is asked at the moment of connecting, and
 * what it answers is what is connected to: a name that changes its mind after it was checked gains nothing.
 * A name with one refused address is refused whole.
 */
export function publicLookup(resolve: Resolve): LookupFunction {
  const addressesOf = callbackify((hostname: string) => publicAddresses(resolve, hostname));
  return (hostname, options, callback) => {
    addressesOf(hostname, (error, addresses) => {
      if (error) callback(error, []);
      else if (options.all) callback(null, addresses);
      else callback(null, addresses[0].address, addresses[0].family);
    });
  };
}

async function publicAddresses(resolve: Resolve, hostname: string): Promise<[LookupAddress, ...LookupAddress[]]> {
  const [first, ...others] = await resolve(hostname);
  if (!first) throw new OutboundError('dns', 'The host name has no address.');
  if ([first, ...others].every(({ address }) => isPublicAddress(address))) return [first, ...others];
  throw new OutboundError('blocked_address', 'The host name leads to an address that is not public.');
}
