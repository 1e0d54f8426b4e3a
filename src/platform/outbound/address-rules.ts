import ipaddr from 'ipaddr.js';

/**
 * Parts of 2000::/3 that lead elsewhere than they say, or nowhere: tunnels that carry an IPv4 address inside
 * (Teredo, 6to4), and what is set aside for documentation, benchmarks and protocols (2001::/23, 3fff::/20).
 */
const refusedV6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
];
const GLOBAL_UNICAST = ['2000::', 3] as const;

/**
 * Whether an IP address is one of the public internet. Everything else is refused: loopback, private and
 * link-local nets, the metadata services of clouds, multicast, and IPv6 forms that hide an IPv4 address.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  if (address instanceof ipaddr.IPv4) return address.range() === 'unicast';
  const within = ([net, bits]: readonly [string, number]) => address.match(ipaddr.IPv6.parse(net), bits);
  return within(GLOBAL_UNICAST) && !refusedV6.some(within);
}
