import type { Request } from 'express';

/** The path of a request as it was sent: undecoded, without the query. */
export const pathOf = ({ originalUrl }: Request): string => originalUrl.split('?', 1)[0] ?? '';

/** The query of a request as it was sent, without the question mark. */
export const queryOf = ({ originalUrl }: Request): string =>
  originalUrl.slice(pathOf({ originalUrl } as Request).length + 1);
