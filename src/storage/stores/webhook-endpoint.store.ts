import { MoreThan } from 'typeorm';
import type { Instant } from '../../domain/time/instant.js';
import type { Page, PageRequest } from '../../ports/page.js';
import {
  WebhookEndpointStore,
  type EndpointHealth,
  type NewWebhookEndpoint,
  type WebhookEndpoint,
  type WebhookEndpointChange,
} from '../../ports/webhooks.js';
import { orUndefined, toDate, toInstant, toInstantOrUndefined } from '../columns.js';
import type { Session } from '../session.js';
import { failPending } from '../sql/fail-pending.js';
import { recordHealth } from '../sql/record-health.js';
import { webhookEndpointTable, type WebhookEndpointRow } from '../tables/webhook-endpoint.table.js';

export const toEndpoint = (row: WebhookEndpointRow): WebhookEndpoint => ({
  id: row.id,
  url: row.url,
  description: orUndefined(row.description),
  eventTypes: row.eventTypes,
  companyTags: row.companyTags,
  rateLimit: orUndefined(row.rateLimit),
  secrets: { ciphertext: row.secrets, keyId: row.secretsKeyId },
  disabledReason: orUndefined(row.disabledReason),
  failingSince: toInstantOrUndefined(row.failingSince),
  lastSuccessAt: toInstantOrUndefined(row.lastSuccessAt),
  pausedUntil: toInstantOrUndefined(row.pausedUntil),
  version: row.version,
  createdAt: toInstant(row.createdAt),
  updatedAt: toInstant(row.updatedAt),
});

export class PgWebhookEndpointStore extends WebhookEndpointStore {
  constructor(private readonly session: Session) {
    super();
  }

  private get endpoints() {
    return this.session.manager.getRepository(webhookEndpointTable);
  }

  override async countForInsert(): Promise<number> {
    await this.session.rows(`select pg_advisory_xact_lock(hashtextextended('webhook_endpoint ' || $1, 0))`, [
      this.session.clientId,
    ]);
    return this.endpoints.countBy({ clientId: this.session.clientId });
  }

  override async insert(endpoint: NewWebhookEndpoint, now: Instant): Promise<WebhookEndpoint> {
    const { id, url, eventTypes, companyTags, secrets } = endpoint;
    const row: WebhookEndpointRow = {
      clientId: this.session.clientId,
      id,
      url,
      eventTypes,
      companyTags,
      description: endpoint.description ?? null,
      rateLimit: endpoint.rateLimit ?? null,
      secrets: secrets.ciphertext,
      secretsKeyId: secrets.keyId,
      disabledReason: null,
      failingSince: null,
      lastFailureAt: null,
      lastSuccessAt: null,
      pausedUntil: null,
      version: 1,
      createdAt: new Date(now),
      updatedAt: new Date(now),
    };
    await this.endpoints.insert(row);
    return toEndpoint(row);
  }

  override async find(endpointId: string): Promise<WebhookEndpoint | undefined> {
    const row = await this.endpoints.findOneBy({ clientId: this.session.clientId, id: endpointId });
    return row ? toEndpoint(row) : undefined;
  }

  override async lock(endpointId: string): Promise<WebhookEndpoint | undefined> {
    const row = await this.endpoints.findOne({
      where: { clientId: this.session.clientId, id: endpointId },
      lock: { mode: 'for_no_key_update' },
    });
    return row ? toEndpoint(row) : undefined;
  }

  override async list(page: PageRequest): Promise<Page<WebhookEndpoint>> {
    const rows = await this.endpoints.find({
      where: { clientId: this.session.clientId, ...(page.after && { id: MoreThan(page.after) }) },
      order: { id: 'asc' },
      take: page.limit + 1,
    });
    const data = rows.slice(0, page.limit).map(toEndpoint);
    return rows.length > page.limit ? { data, nextAfter: data.at(-1)?.id } : { data };
  }

  override async update(endpointId: string, change: WebhookEndpointChange, now: Instant): Promise<WebhookEndpoint> {
    const key = { clientId: this.session.clientId, id: endpointId };
    const { secrets, ...plain } = change;
    await this.endpoints.update(key, {
      ...plain,
      ...(secrets && { secrets: secrets.ciphertext, secretsKeyId: secrets.keyId }),
      version: () => 'version + 1',
      updatedAt: new Date(now),
    });
    if (change.disabledReason) await failPending(this.session, endpointId);
    return toEndpoint(await this.endpoints.findOneByOrFail(key));
  }

  override async recordHealth(
    endpointId: string,
    health: EndpointHealth,
    patience: number,
  ): Promise<WebhookEndpoint | undefined> {
    const noted = await this.session.touched(recordHealth, [
      this.session.clientId,
      endpointId,
      toDate(health.failedAt),
      toDate(health.succeededAt),
      toDate(health.pausedUntil),
      patience,
    ]);
    return noted === 1 ? this.find(endpointId) : undefined;
  }

  override async endPauses(endpointIds: readonly string[]): Promise<void> {
    await this.session.touched(
      `update webhook_endpoint set paused_until = null
        where client_id = $1 and id = any ($2) and paused_until is not null`,
      [this.session.clientId, endpointIds],
    );
  }

  override async delete(endpointId: string): Promise<boolean> {
    const { affected } = await this.endpoints.delete({ clientId: this.session.clientId, id: endpointId });
    return affected === 1;
  }
}
