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

/** A name and a port alone: a `;`, which `URL` lets pass in a host, would begin another directive of a content security policy. */
const PLAIN_HOST = /^[a-z0-9.-]+(:\d+)?$/i;

/** An https address that a content security policy can name the host of. */
export const isImageAddress = (text: string): boolean =>
  isWebAddress(text) && /^https:/i.test(text) && PLAIN_HOST.test(new URL(text).host);
