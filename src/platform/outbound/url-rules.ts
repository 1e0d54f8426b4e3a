import { isIP } from 'node:net';
import { isPublicAddress } from './address-rules.js';

export type UrlCheck =
  | { readonly ok: true; /** The one spelling of it, names in punycode. */ readonly url: string }
  | { readonly ok: false; readonly code: 'invalid_url' | 'url_not_allowed'; readonly message: string };

const LONGEST_URL = 2048;
const LONGEST_NAME = 253;
const LONGEST_LABEL = 63;
/** Names that only mean something inside a network. */
const insideNames = ['localhost', 'local', 'internal', 'home.arpa'];

/**
 * Whether Meridian may be told to send requests to a URL. Origins in `allow` are the only exceptions. A name
 * that passes may still lead to a refused address: that is seen when a connection is made.
 */
export function checkUrl(text: string, allow: ReadonlySet<string>): UrlCheck {
  // The parser drops tabs and line breaks without a word, so that they must be seen first.
  if (text === '' || text.length > LONGEST_URL || !text.isWellFormed() || /[\0-\x20\x7f-\xa0\u2028\u2029]/.test(text)) {
    return invalid(`An absolute https URL of at most ${LONGEST_URL} characters, without spaces, is needed.`);
  }
  if (!URL.canParse(text)) return invalid('This is not an absolute URL.');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return notAllowed('A URL must not hold a user name or a password.');
  if (allow.has(url.origin)) return { ok: true, url: url.href };
  if (url.protocol !== 'https:') return notAllowed('Only https URLs are allowed.');
  if (text.includes('\\')) return notAllowed('A URL must not hold backslashes.');
  return checkHost(url) ?? checkPort(url) ?? { ok: true, url: url.href };
}

function checkHost({ hostname }: URL): UrlCheck | undefined {
  const literal = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  if (isIP(literal) !== 0)
    return isPublicAddress(literal) ? undefined : notAllowed('Only public addresses are allowed.');
  const name = hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
  const labels = name.split('.');
  if (name.length > LONGEST_NAME || labels.some((label) => label === '' || label.length > LONGEST_LABEL)) {
    return invalid('The host is not a domain name.');
  }
  const isInside = insideNames.some((suffix) => name === suffix || name.endsWith(`.${suffix}`));
  return labels.length < 2 || isInside ? notAllowed('Only public hosts are allowed.') : undefined;
}

function checkPort({ port }: URL): UrlCheck | undefined {
  const number = port === '' ? 443 : Number(port);
  return number === 443 || number >= 1024 ? undefined : notAllowed('Only port 443 and ports from 1024 are allowed.');
}

const invalid = (message: string): UrlCheck => ({ ok: false, code: 'invalid_url', message });
const notAllowed = (message: string): UrlCheck => ({ ok: false, code: 'url_not_allowed', message });
