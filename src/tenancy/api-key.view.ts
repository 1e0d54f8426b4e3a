import { toIso, type Instant } from '../domain/time/instant.js';
import type { ApiKey } from '../ports/tenancy.js';

const isoOrNull = (at: Instant | undefined) => (at === undefined ? null : toIso(at));

/** An API key as lists show it: without the secret. */
export const apiKeyView = (key: ApiKey) => ({
  id: key.id,
  name: key.name ?? null,
  hint: key.hint,
  scopes: key.scopes,
  mode: key.mode,
  createdAt: toIso(key.createdAt),
  expiresAt: isoOrNull(key.expiresAt),
  revokedAt: isoOrNull(key.revokedAt),
});
