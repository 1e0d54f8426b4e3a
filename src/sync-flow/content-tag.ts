import { createHash } from 'node:crypto';

/** The entity tag of what an answer says, for answers that have no version. */
export const tagOf = (answer: unknown): string =>
  `"${createHash('sha256').update(JSON.stringify(answer)).digest('base64url').slice(0, 22)}"`;

/** Whether the caller has it already, by `If-None-Match`: one tag or several, weak or strong. */
export const isKnown = (header: string | undefined, tag: string): boolean =>
  header !== undefined && header.split(',').some((one) => one.trim().replace(/^W\//, '') === tag);
