import { Injectable } from '@nestjs/common';
import { parseInstant, type Instant } from '../domain/time/instant.js';
import { found, notFound, validationFailed } from '../domain/problem.js';
import { makeId } from '../platform/new-id.js';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';
import type { Page, PageRequest } from '../ports/page.js';
import type { ApiKey } from '../ports/tenancy.js';
import { hashOfKey, hintOf, newApiKey } from './api-key.js';
import { ApiKeyAuthenticator } from './api-key-authenticator.js';
import type { CreateApiKey } from './api-key.body.js';

/** An API key with its secret, which nobody can read again. */
export interface CreatedApiKey extends ApiKey {
  readonly key: string;
}

/** The keys of clients, for the operator. */
@Injectable()
export class ApiKeys {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly authenticator: ApiKeyAuthenticator,
  ) {}

  async create(clientId: string, { name, scopes, mode = 'live', expiresAt }: CreateApiKey): Promise<CreatedApiKey> {
    const now = await this.clock.now();
    const key = newApiKey(mode);
    const apiKey: ApiKey = {
      clientId,
      id: makeId('key', now),
      name: name ?? undefined,
      mode,
      scopes,
      hint: hintOf(key),
      expiresAt: expiryOf(expiresAt, now),
      createdAt: now,
    };
    await this.database.asOperator(async ({ clients, apiKeys }) => {
      found(await clients.find(clientId));
      await apiKeys.insert(apiKey, hashOfKey(key));
    });
    return { ...apiKey, key };
  }

  list(clientId: string, page: PageRequest): Promise<Page<ApiKey>> {
    return this.database.asOperator(async ({ clients, apiKeys }) => {
      found(await clients.find(clientId));
      return apiKeys.list(clientId, page);
    });
  }

  /** Revoking again changes nothing. */
  async revoke(clientId: string, keyId: string): Promise<void> {
    const now = await this.clock.now();
    const revoked = await this.database.asOperator(({ apiKeys }) => apiKeys.revoke(clientId, keyId, now));
    if (!revoked) throw notFound();
    this.authenticator.forget();
  }
}

function expiryOf(text: string | null | undefined, now: Instant): Instant | undefined {
  const expiresAt = text == null ? undefined : parseInstant(text);
  if (expiresAt === undefined || expiresAt > now) return expiresAt;
  const message = 'expiresAt must lie in the future.';
  throw validationFailed([{ pointer: '/expiresAt', code: 'out_of_range', message }]);
}
