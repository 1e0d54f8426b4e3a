import { parsed, pointerTo, refused, type Parsed, type Problem, type ProblemCode } from '../domain/problem.js';

/** Headers a client wants on each delivery, by name as given. */
export type CustomHeaders = Readonly<Record<string, string>>;

const MAX_HEADERS = 10;
const MAX_VALUE = 1_000;
const NAME = /^[A-Za-z0-9-]{1,100}$/;
/** Visible ASCII, blanks only inside: no line break, so that no further header can be smuggled in. */
const VALUE = /^(?:[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?)?$/;

/** Ours to set, or about the connection rather than the message. `authorization` is not among them. */
const reserved: ReadonlySet<string> = new Set(
  (
    'host connection keep-alive upgrade expect te trailer transfer-encoding http2-settings ' +
    'accept-encoding user-agent date via'
  ).split(' '),
);
const reservedFamilies: readonly string[] = ['content-', 'webhook-', 'svix-', 'proxy-'];

/** Custom headers of an endpoint, or every problem with them at once. */
export function parseCustomHeaders(headers: Readonly<Record<string, unknown>>): Parsed<CustomHeaders> {
  const entries = Object.entries(headers);
  if (entries.length > MAX_HEADERS) {
    const message = `An endpoint has at most ${MAX_HEADERS} headers.`;
    return refused({ pointer: '/headers', code: 'too_many_items', message });
  }
  const seen = new Set<string>();
  const problems = entries.flatMap(([name, value]) => {
    const problem = problemOf(name, value, seen);
    seen.add(name.toLowerCase());
    return problem ? [problem] : [];
  });
  return problems.length > 0 ? refused(...problems) : parsed(Object.fromEntries(entries) as CustomHeaders);
}

function problemOf(name: string, value: unknown, seen: ReadonlySet<string>): Problem | undefined {
  const wrong = (code: ProblemCode, message: string) => ({ pointer: pointerTo('headers', name), code, message });
  const lower = name.toLowerCase();
  if (!NAME.test(name)) return wrong('invalid_format', 'A header name is 1 to 100 letters, digits and hyphens.');
  if (reserved.has(lower) || reservedFamilies.some((family) => lower.startsWith(family))) {
    return wrong('header_not_allowed', `The header ${lower} is set by the delivery itself.`);
  }
  if (seen.has(lower)) return wrong('duplicate_value', `The header ${lower} is given twice.`);
  if (typeof value !== 'string') return wrong('invalid_type', 'A header value is a string.');
  if (value.length > MAX_VALUE) return wrong('too_long', `A header value has at most ${MAX_VALUE} characters.`);
  if (!VALUE.test(value)) return wrong('invalid_characters', 'A header value is visible ASCII without line breaks.');
  return undefined;
}
