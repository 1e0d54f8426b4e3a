import secureJson from 'secure-json-parse';
import { DomainError, type ErrorCode } from '../../domain/problem.js';
import { isDeeperThan } from './json-depth.js';

const decoder = new TextDecoder('utf-8', { fatal: true });

const malformed = (code: ErrorCode, message: string): DomainError =>
  new DomainError({ code, status: 'malformed', message });

/** JSON in UTF-8 as a value. Throws 400 by what is wrong with it, before it can do harm. */
export function parseJson(bytes: Buffer, maxDepth: number): unknown {
  const text = decoded(bytes);
  if (isDeeperThan(text, maxDepth)) {
    throw malformed('body_too_deep', `The body may hold objects and arrays ${maxDepth} deep.`);
  }
  const value = parsed(text);
  if (typeof value === 'object' && value !== null) refuseForbiddenKeys(value);
  return value;
}

function decoded(bytes: Buffer): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw malformed('malformed_encoding', 'The body is not valid UTF-8.');
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('malformed_json', 'The body is not valid JSON.');
  }
}

function refuseForbiddenKeys(value: object): void {
  try {
    secureJson.scan(value, { protoAction: 'error', constructorAction: 'error' });
  } catch {
    throw malformed('forbidden_key', 'The body holds a key that is never allowed: __proto__ or constructor.prototype.');
  }
}
