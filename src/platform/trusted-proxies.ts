import ipaddr from 'ipaddr.js';
import type { SettingsReader } from './settings-reader.js';

/** Whose word on a caller's address is taken: so many hops before us, or named ranges and CIDRs. As Express's `trust proxy` has it. */
export type TrustedProxies = number | readonly string[];

const NAME = 'TRUSTED_PROXIES';
const NAMED_RANGES: ReadonlySet<string> = new Set(['loopback', 'linklocal', 'uniquelocal']);
const MOST_HOPS = 20;
const WAY_OUT =
  `give how many proxies stand in front, from 1 to ${MOST_HOPS}, or where they are: ` +
  'loopback, linklocal, uniquelocal, addresses or ranges such as 10.0.0.0/8, separated by commas';

/** Undefined where callers reach us themselves. */
export function readTrustedProxies(read: SettingsReader): TrustedProxies | undefined {
  const text = read.text(NAME);
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return read.integer(NAME, { min: 1, max: MOST_HOPS, otherwise: 1 });
  const proxies = read.items(NAME);
  for (const proxy of proxies.filter((one) => !isProxy(one))) read.refuse(NAME, proxy, WAY_OUT);
  return proxies;
}

/** A range of everybody would let each caller choose its own address. */
function isProxy(text: string): boolean {
  if (NAMED_RANGES.has(text)) return true;
  if (!text.includes('/'))
    return ipaddr.isValid(text) && (text.includes(':') || ipaddr.IPv4.isValidFourPartDecimal(text));
  return ipaddr.isValidCIDR(text) && !text.endsWith('/0');
}
