import { LessThan } from 'typeorm';
import { MINUTE, plus, type Instant } from '../../domain/time/instant.js';
import type { Page, PageRequest } from '../../ports/page.js';
import { ApiKeyStore, type ApiKey } from '../../ports/tenancy.js';
import { orUndefined, toDate, toInstant, toInstantOrUndefined } from '../columns.js';
import { pageOf } from '../page-of.js';
import type { Session } from '../session.js';
import { apiKeyTable, type ApiKeyRow } from '../tables/api-key.table.js';

const toApiKey = (row: Omit<ApiKeyRow, 'keyHash'>): ApiKey => ({
  clientId: row.clientId,
  id: row.id,
  name: orUndefined(row.name),
  mode: row.mode,
  scopes: row.scopes,
  hint: row.keyHint,
  expiresAt: toInstantOrUndefined(row.expiresAt),
  revokedAt: toInstantOrUndefined(row.revokedAt),
  lastUsedAt: toInstantOrUndefined(row.lastUsedAt),
  createdAt: toInstant(row.createdAt),
});

export class PgApiKeyStore extends ApiKeyStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async findByHash(hash: Buffer): Promise<ApiKey | undefined> {
    const row = await this.table.findOneBy({ keyHash: hash });
    return row ? toApiKey(row) : undefined;
  }

  override async list(clientId: string, { after, limit }: PageRequest): Promise<Page<ApiKey>> {
    const where = after === undefined ? { clientId } : { clientId, id: LessThan(after) };
    const rows = await this.table.find({ where, order: { id: 'desc' }, take: limit + 1 });
    return pageOf(rows, limit, toApiKey);
  }

  override async insert(key: ApiKey, hash: Buffer): Promise<void> {
    const { hint, ...rest } = key;
    await this.table.insert({
      ...rest,
      keyHint: hint,
      keyHash: hash,
      name: key.name ?? null,
      expiresAt: toDate(key.expiresAt),
      revokedAt: toDate(key.revokedAt),
      lastUsedAt: toDate(key.lastUsedAt),
      createdAt: new Date(key.createdAt),
    });
  }

  override async revoke(clientId: string, keyId: string, now: Instant): Promise<boolean> {
    const touched = await this.session.touched(
      `update api_key set revoked_at = coalesce(revoked_at, $3) where client_id = $1 and id = $2`,
      [clientId, keyId, new Date(now)],
    );
    return touched > 0;
  }

  override async noteUse({ clientId, id }: ApiKey, now: Instant): Promise<void> {
    await this.session.touched(
      `update api_key set last_used_at = $3
        where client_id = $1 and id = $2 and (last_used_at is null or last_used_at < $4)`,
      [clientId, id, new Date(now), new Date(plus(now, -MINUTE))],
    );
  }

  private get table() {
    return this.session.manager.getRepository(apiKeyTable);
  }
}
