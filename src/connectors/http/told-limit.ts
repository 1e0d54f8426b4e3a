import { SECOND } from '../../domain/time/instant.js';
import { systemNow } from '../../platform/system-now.js';
import { LONGEST_WAIT } from './retry-after.js';

/** How fast a source may be asked. */
export interface RateRules {
  readonly requestsPerSecond?: number;
  /** Requests that may be sent at once after a rest; 1 unless given. */
  readonly burst?: number;
  /** Header with the number of requests left, e.g. `x-ratelimit-remaining`. */
  readonly remainingHeader?: string;
  /** Header that tells when there are more: epoch seconds, or seconds from now. */
  readonly resetHeader?: string;
  /** Header of a leaky bucket that tells how full it is, as `39/40`. */
  readonly usedHeader?: string;
}

type Headers = Readonly<Record<string, string>>;

/** What an answer says about the requests to come. */
export interface ToldLimit {
  readonly left: number;
  /** Milliseconds until there are more, when the source tells. */
  readonly resetIn?: number;
}

/** Reads the headers that the rules name; undefined where they say nothing. */
export function toldLimit(rules: RateRules, headers: Headers): ToldLimit | undefined {
  const left = remaining(valueOf(headers, rules.remainingHeader)) ?? room(valueOf(headers, rules.usedHeader));
  return left === undefined ? undefined : { left, resetIn: resetIn(valueOf(headers, rules.resetHeader), headers) };
}

const valueOf = (headers: Headers, name: string | undefined): string =>
  (name === undefined ? undefined : headers[name.toLowerCase()]) ?? '';

function remaining(text: string): number | undefined {
  const [, digits] = /^\s*(-?\d{1,15})(?:\.\d+)?\s*(?:[,;]|$)/.exec(text) ?? [];
  return digits === undefined ? undefined : Math.max(0, Number(digits));
}

function room(text: string): number | undefined {
  const [, used, size] = /^\s*(\d{1,15})(?:\.\d+)?\s*\/\s*(\d{1,15})(?:\.\d+)?\s*$/.exec(text) ?? [];
  return used === undefined || size === undefined ? undefined : Math.max(0, Number(size) - Number(used));
}

/** Numbers from here on are points in time (September 2001), and from there on in milliseconds. */
const LEAST_EPOCH_SECONDS = 1e9;
const LEAST_EPOCH_MILLISECONDS = 1e11;

function resetIn(text: string, headers: Headers): number | undefined {
  if (!/^\s*\d{1,15}(\.\d+)?\s*$/.test(text)) return undefined;
  const value = Number(text);
  const wait = value < LEAST_EPOCH_SECONDS ? value * SECOND : epoch(value) - nowAt(headers);
  return Math.min(Math.max(0, Math.ceil(wait)), LONGEST_WAIT);
}

const epoch = (value: number): number => (value < LEAST_EPOCH_MILLISECONDS ? value * SECOND : value);

/** The source's own clock, which it reckons by; ours where its answer does not tell. */
function nowAt(headers: Headers): number {
  const date = Date.parse(headers.date ?? '');
  return Number.isNaN(date) ? systemNow() : date;
}
