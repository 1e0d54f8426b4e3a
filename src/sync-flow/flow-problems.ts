import { conflict, DomainError } from '../domain/problem.js';
import type { FlowScope } from '../ports/flow-sessions.js';

/** 401: no token or code of ours. Does not say which part of it is wrong. */
export const linkTokenInvalid = (): DomainError =>
  new DomainError({
    code: 'link_token_invalid',
    status: 'unauthenticated',
    message: 'This token or link is not known.',
  });

/** 410: ended by time, by the client, or with what it was for. */
export const linkTokenExpired = (): DomainError =>
  new DomainError({ code: 'link_token_expired', status: 'gone', message: 'This session has ended. Open a new one.' });

/** 410: somebody was here before. */
export const linkTokenUsed = (): DomainError =>
  new DomainError({ code: 'link_token_used', status: 'gone', message: 'This link was used before. It works once.' });

/** 403, which the page cannot read. */
export const originNotAllowed = (): DomainError =>
  new DomainError({
    code: 'origin_not_allowed',
    status: 'forbidden',
    message: 'Pages of this origin may not use the session: its allowedOrigins do not have it.',
  });

/** 403: the session was opened for less. */
export const scopeMissing = (requiredScope: FlowScope): DomainError =>
  new DomainError({
    code: 'insufficient_scope',
    status: 'forbidden',
    message: `This session does not have the scope ${requiredScope}.`,
    details: { requiredScope },
  });

/** 403: a session that shows, and changes nothing. */
export const sessionReadOnly = (): DomainError =>
  new DomainError({
    code: 'session_read_only',
    status: 'forbidden',
    message: 'This session may look, and change nothing.',
  });

/** 409: what the session was for is not there, or not alone, any more. */
export const nothingToSync = (message: string): DomainError => conflict('nothing_to_sync', message);
