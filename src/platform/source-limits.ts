import type { SourceLimits } from '../domain/load/run-limits.js';
import type { SettingsReader } from './settings-reader.js';

const MOST = 10_000;
const WAY_OUT = `give hosts with a whole number from 1 to ${MOST}, as in shop.example.com=4,api.example.com=20, each host once`;

/** How many runs may be under way at one host: `SOURCE_HOST_LIMIT` at any, `SOURCE_HOST_LIMITS` at those it names. */
export function readSourceLimits(read: SettingsReader): SourceLimits {
  const most = read.text('SOURCE_HOST_LIMIT') === undefined ? undefined : readMost(read);
  const exceptions = new Map<string, number>();
  for (const item of read.items('SOURCE_HOST_LIMITS')) {
    const [, name = '', number = ''] = /^(.+)=(\d{1,5})$/.exec(item) ?? [];
    const host = hostOf(name);
    if (host === undefined || Number(number) < 1 || Number(number) > MOST || exceptions.has(host))
      read.refuse('SOURCE_HOST_LIMITS', item, WAY_OUT);
    else exceptions.set(host, Number(number));
  }
  return { most, exceptions };
}

const readMost = (read: SettingsReader): number =>
  read.integer('SOURCE_HOST_LIMIT', { min: 1, max: MOST, otherwise: 1 });

/** A host as a URL writes it, in small letters and without a port; undefined for what is none. */
function hostOf(name: string): string | undefined {
  const url = `https://${name.trim()}`;
  if (!URL.canParse(url)) return undefined;
  const { hostname, host, pathname, search, hash, username, password } = new URL(url);
  const rest = `${pathname}${search}${hash}${username}${password}`;
  return host === hostname && rest === '/' && !/[:/]\d*$/.test(name.trim()) ? hostname : undefined;
}
