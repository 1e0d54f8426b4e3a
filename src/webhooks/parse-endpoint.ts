import { DomainError, validationFailed, type Parsed, type Problem } from '../domain/problem.js';
import type { UrlCheck } from '../platform/outbound/outbound.js';
import { parseSigningSecret } from '../platform/signing/signing-secret.js';
import { parseCustomHeaders, type CustomHeaders } from './custom-headers.js';

/** The members of a body whose meaning is checked beyond their type. */
export interface EndpointInput {
  readonly url?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly secret?: string;
}

export interface ParsedEndpoint {
  readonly url?: string;
  readonly headers?: CustomHeaders;
  readonly secret?: string;
}

/** What is there, in its one spelling. Throws 422 with every problem at once. */
export function parseEndpoint(input: EndpointInput, checkUrl: (text: string) => UrlCheck): ParsedEndpoint {
  const problems: Problem[] = [];
  const take = <In, Out>(value: In | undefined, parse: (value: In) => Parsed<Out>): Out | undefined => {
    if (value === undefined) return undefined;
    const answer = parse(value);
    if (answer.ok) return answer.value;
    problems.push(...answer.problems);
    return undefined;
  };
  const url = take(input.url, (text) => {
    const check = checkUrl(text);
    if (check.ok) return { ok: true, value: check.url };
    return { ok: false, problems: [{ pointer: '/url', code: check.code, message: check.message }] };
  });
  const headers = take(input.headers, parseCustomHeaders);
  const secret = take(input.secret, parseSigningSecret);
  if (problems.length > 0) throw refusal(problems);
  return { url, headers, secret };
}

/** A secret that is too short, and nothing else, has a code of its own. */
export function refusal(problems: readonly Problem[]): DomainError {
  const [first, ...others] = problems;
  if (first?.code !== 'secret_too_short' || others.length > 0) return validationFailed(problems);
  return new DomainError({ code: 'secret_too_short', status: 'invalid', message: first.message, problems });
}
