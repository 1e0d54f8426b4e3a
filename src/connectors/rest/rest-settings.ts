import type { RateRules } from '../http/told-limit.js';

/** How requests prove who is asking; the secret itself is in the credentials. */
export type RestAuth =
  | { readonly type: 'none' }
  | { readonly type: 'bearer' }
  | { readonly type: 'basic' }
  | { readonly type: 'header'; readonly name: string }
  | { readonly type: 'query'; readonly name: string }
  | RestOAuth;

/** A token from the client credentials grant of OAuth 2. */
export interface RestOAuth {
  readonly type: 'oauth2ClientCredentials';
  readonly tokenUrl: string;
  readonly scope?: string;
  readonly audience?: string;
  /** `basic` unless given. */
  readonly clientAuth?: 'basic' | 'body';
}

/** How the source writes an instant in a query. */
export type TimeFormat = 'iso' | 'isoSeconds' | 'date' | 'unixSeconds' | 'unixMilliseconds';

/** How the source takes the instants of a filter. */
export interface FilterTimes {
  readonly format?: TimeFormat;
  /** The source leaves out records changed exactly at `from`. */
  readonly fromIsExclusive?: boolean;
}

/** How a request filters by the change token: a query parameter for each end, or one with an expression of both. */
export type RestFilter = FilterTimes &
  (
    | { readonly from: string; readonly to?: string }
    | { readonly param: string; /** Holds `{from}` and, if it has an end, `{to}`. */ readonly template: string }
  );

interface Sized {
  /** Query parameter for the size of a page; absent where the source fixes it. */
  readonly sizeParam?: string;
}

interface Counted extends Sized {
  /** Dotted path to the number of records in all. */
  readonly totalPath?: string;
  readonly totalHeader?: string;
  /** The source never gives fewer records than asked for, save on the last page. */
  readonly shortPageEnds?: boolean;
}

/** How a listing goes on after a page. Paths are dotted, into the body. */
export type RestPagination =
  | { readonly type: 'none' }
  | (Counted & { readonly type: 'page'; readonly pageParam?: string; readonly firstPage?: number })
  | (Counted & { readonly type: 'offset'; readonly offsetParam?: string })
  | (Counted & { readonly type: 'cursor'; readonly cursorParam: string; readonly cursorPath: string })
  | (Counted & { readonly type: 'link' })
  | (Counted & { readonly type: 'nextUrl'; readonly nextPath: string });

/** One kind of record and where the API lists it. */
export interface RestModel {
  /** Below the base URL. */
  readonly path: string;
  /** Dotted path to the array of records; absent where the body is the array. */
  readonly recordsPath?: string;
  readonly idField?: string;
  readonly updatedAtField?: string;
  readonly createdAtField?: string;
  /** Query parameters of every request. */
  readonly query?: Readonly<Record<string, string>>;
  readonly filter?: RestFilter;
  /** Query parameters that sort ascending by the change token, and then by something unique. */
  readonly sort?: Readonly<Record<string, string>>;
  /** Query parameters that sort descending by it. */
  readonly sortDescending?: Readonly<Record<string, string>>;
  readonly pagination?: RestPagination;
  readonly pageSize?: number;
  /** The source announces changes by itself; false unless given. */
  readonly announcesChanges?: boolean;
}

/** Settings of a `rest` connection: an ordinary JSON API, described. */
export interface RestSettings {
  readonly baseUrl: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly auth?: RestAuth;
  readonly rateLimit?: RateRules;
  readonly models?: Readonly<Record<string, RestModel>>;
}

export interface RestCredentials {
  readonly token?: string;
  readonly username?: string;
  readonly password?: string;
  readonly value?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
}

export const DEFAULT_PAGE_SIZE = 100;

/** Whether changes of a model can be read alone: the source sorts by its change token, pages and filters by it. */
export const isIncremental = ({ updatedAtField, filter, sort, pagination }: RestModel): boolean =>
  updatedAtField !== undefined && filter !== undefined && sort !== undefined && (pagination?.type ?? 'none') !== 'none';

/** The way of authentication: the one set, or else the one the credentials are made for. */
export function authOf(auth: RestAuth | undefined, { token, username }: RestCredentials): RestAuth {
  if (auth !== undefined) return auth;
  if (token !== undefined) return { type: 'bearer' };
  return { type: username === undefined ? 'none' : 'basic' };
}
