import type { FlowView } from '../api/contract.js';
import type { TokenReason } from '../api/send.js';

declare const SCRIPT_ROUTE: boolean;

/** Properties without an attribute, which a page may have set before the element was defined. */
export const PROPERTIES = ['token', 'fetchToken', 'text', 'theme', 'apiBase', 'locale', 'view', 'timeZone'] as const;

export type FetchToken = (reason: TokenReason) => Promise<string>;

/** Where the script came from is where the product is; a bundled package has to be told. */
export function apiBaseOf(attribute: string | null): string {
  if (attribute !== null) return attribute;
  if (SCRIPT_ROUTE) return new URL(import.meta.url).origin;
  return '';
}

export const viewOf = (attribute: string | null): FlowView =>
  attribute === 'setup' || attribute === 'status' ? attribute : 'auto';

/** The page's own outline goes on in the element. */
export function headingLevelOf(attribute: string | null): number {
  const level = Number(attribute);
  return level >= 1 && level <= 6 ? Math.floor(level) : 2;
}

/** A proposal only: what is saved, and what the session says, come before it. */
export const timeZoneOf = (attribute: string | null): string =>
  attribute ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
