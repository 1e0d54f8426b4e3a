import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { DomainError } from '../domain/problem.js';

/** The entity tag of a version: `"7"`. */
export const etag = (version: number): string => `"${version}"`;

/** What an entity tag that is none of ours is compared as: equal to no version. */
export const NO_VERSION = -1;

/**
 * The version that the caller expects to edit, by the `If-Match` header. Undefined where any will do: no
 * header, or `*`. A well-formed tag that Meridian never gave is NO_VERSION, so that it is stale, not malformed.
 * Throws 400 malformed_request for anything else, a list of tags included.
 */
export function expectedVersion(header: string | undefined): number | undefined {
  const value = header?.trim();
  if (value === undefined || value === '*') return undefined;
  const [, weak, tag] = /^(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"$/.exec(value) ?? [];
  if (tag === undefined) {
    throw new DomainError({
      code: 'malformed_request',
      status: 'malformed',
      message: 'If-Match must be one entity tag in quotes, as the ETag header gave it, or *.',
    });
  }
  return weak === undefined && /^\d{1,9}$/.test(tag) ? Number(tag) : NO_VERSION;
}

/** `@IfMatch() version: number | undefined`: the version the caller expects, or undefined. */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext) =>
  expectedVersion(context.switchToHttp().getRequest<Request>().headers['if-match']),
);

/** Throws 412 where `expected` is given and is not the current version. */
export function requireVersion(expected: number | undefined, current: number): void {
  if (expected === undefined || expected === current) return;
  throw new DomainError({
    code: 'precondition_failed',
    status: 'precondition_failed',
    message: `This was changed meanwhile: it is at version ${current}. Read it again and repeat the change.`,
  });
}
