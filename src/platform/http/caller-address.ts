import type { Request } from 'express';
import ipaddr from 'ipaddr.js';

/** A household or a server is given a /64 at least, and any address in it costs nothing. */
const IPV6_GROUPS = 4;

/**
 * Whom to count a request for that nobody has signed: the address that Express finds behind TRUSTED_PROXIES, of IPv6
 * the /64. A proxy may hand on any text; what is no address counts for the proxy itself.
 */
export function callerAddress({ ip, socket }: Pick<Request, 'ip' | 'socket'>): string {
  const text = ip !== undefined && ipaddr.isValid(ip) ? ip : socket.remoteAddress;
  if (text === undefined || !ipaddr.isValid(text)) return 'unknown';
  const address = ipaddr.process(text);
  if (address instanceof ipaddr.IPv4) return address.toString();
  const network = address.parts.slice(0, IPV6_GROUPS).map((part) => part.toString(16));
  return `${network.join(':')}::/64`;
}
