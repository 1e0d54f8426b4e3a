import { isCleanText } from '../platform/characters.js';

const isWeb = (protocol: string) => protocol === 'https:' || protocol === 'http:';

/** Hosts as browsers write them. A `*`, which `URL` lets pass, would be a wildcard in a frame-ancestors list. */
const HOST = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/;

/** An http(s) origin in the one spelling browsers send it in: scheme, host, port where it is not the usual one. */
export function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { origin, protocol, hostname } = new URL(text);
  return isWeb(protocol) && origin === text && HOST.test(hostname);
}

/** An absolute http(s) address without user and password, and without what browsers read in two ways. */
export function isWebAddress(text: string): boolean {
  if (!URL.canParse(text) || !isCleanText(text) || /[\s\\]/.test(text)) return false;
  const { protocol, username, password } = new URL(text);
  return isWeb(protocol) && /^https?:\/\//i.test(text) && username === '' && password === '';
}
