import { Injectable } from '@nestjs/common';
import { conflict, found, notFound } from '../domain/problem.js';
import { requireVersion } from '../platform/etag.js';
import { makeId } from '../platform/new-id.js';
import { Outbound } from '../platform/outbound/outbound.js';
import { newSigningSecret } from '../platform/signing/signing-secret.js';
import type { Instant } from '../domain/time/instant.js';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';
import type { Page, PageRequest } from '../ports/page.js';
import type { WebhookEndpoint, WebhookEndpointChange } from '../ports/webhooks.js';
import type { CreateWebhookEndpoint, UpdateWebhookEndpoint } from './endpoint-dto.js';
import { EndpointVault } from './endpoint-secrets.js';
import { parseEndpoint } from './parse-endpoint.js';
import { rotated, type Rotation } from './secret-rotation.js';

/** Most endpoints a client may have. */
const MAX_ENDPOINTS = 50;

/** An endpoint, and what of its vault may be shown. */
export interface ShownEndpoint {
  readonly endpoint: WebhookEndpoint;
  /** Their values stay in the vault. */
  readonly headerNames: readonly string[];
  /** Up to when a secret that was replaced goes on signing; it may have passed. */
  readonly oldSecretUntil?: Instant;
  /** When it was like this. */
  readonly now: Instant;
}

/** Where a client wants its messages: made, read, changed and deleted. */
@Injectable()
export class Endpoints {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly outbound: Outbound,
    private readonly vault: EndpointVault,
  ) {}

  /** The endpoint and its signing secret, which is told this once. 409 `endpoint_limit_reached`. */
  async create(clientId: string, body: CreateWebhookEndpoint): Promise<ShownEndpoint & { readonly secret: string }> {
    const { headers = {}, secret = newSigningSecret(), url = body.url } = this.parse(body);
    const now = await this.clock.now();
    const id = makeId('whe', now);
    const { description, eventTypes = [], companyTags = [], rateLimit } = body;
    const endpoint = await this.database.asClient(clientId, async ({ webhookEndpoints }) => {
      if ((await webhookEndpoints.countForInsert()) >= MAX_ENDPOINTS) {
        throw conflict('endpoint_limit_reached', `A client has at most ${MAX_ENDPOINTS} webhook endpoints.`);
      }
      const secrets = this.vault.seal(clientId, id, { signing: [{ secret }], headers });
      const optional = { description: description ?? undefined, rateLimit: rateLimit ?? undefined };
      return webhookEndpoints.insert({ id, url, eventTypes, companyTags, secrets, ...optional }, now);
    });
    return { ...this.shown(clientId, endpoint, now), secret };
  }

  async list(clientId: string, page: PageRequest): Promise<Page<ShownEndpoint>> {
    const now = await this.clock.now();
    const { data, nextAfter } = await this.database.asClient(clientId, ({ webhookEndpoints }) =>
      webhookEndpoints.list(page),
    );
    return { data: data.map((endpoint) => this.shown(clientId, endpoint, now)), nextAfter };
  }

  async get(clientId: string, endpointId: string): Promise<ShownEndpoint> {
    const now = await this.clock.now();
    const endpoint = await this.database.asClient(clientId, ({ webhookEndpoints }) =>
      webhookEndpoints.find(endpointId),
    );
    return this.shown(clientId, found(endpoint), now);
  }

  /** `expected`: the version the change starts from; another one is refused with 412. */
  async update(
    clientId: string,
    endpointId: string,
    { body, expected }: { readonly body: UpdateWebhookEndpoint; readonly expected?: number },
  ): Promise<ShownEndpoint> {
    const { url, headers } = this.parse(body);
    const now = await this.clock.now();
    const changed = await this.database.asClient(clientId, async ({ webhookEndpoints, jobs }) => {
      const current = found(await webhookEndpoints.lock(endpointId));
      requireVersion(expected, current.version);
      const { description, eventTypes, companyTags, rateLimit } = body;
      const secrets = headers && {
        secrets: this.vault.seal(clientId, endpointId, { ...this.open(clientId, current), headers }),
      };
      const plain = withoutAbsent({ url, description, eventTypes, companyTags, rateLimit });
      const fresh = freshStart(body);
      const change = { ...plain, ...secrets, ...enablement(current, body.enabled), ...fresh };
      // What waits for the end of a pause that is no more need not wait for it.
      if (Object.keys(fresh).length > 0) await jobs.enqueueDeliveries([{ clientId, endpointId }]);
      return webhookEndpoints.update(endpointId, change, now);
    });
    return this.shown(clientId, changed, now);
  }

  /** 409 `rotation_active` while a secret that was replaced still signs, unless it is to end now as well. */
  async rotateSecret(
    clientId: string,
    endpointId: string,
    { secret = newSigningSecret(), overlap }: Rotation,
  ): Promise<ShownEndpoint & { readonly secret: string }> {
    const now = await this.clock.now();
    const changed = await this.database.asClient(clientId, async ({ webhookEndpoints }) => {
      const current = found(await webhookEndpoints.lock(endpointId));
      const { signing, headers } = rotated(this.open(clientId, current), { secret, overlap }, now);
      const secrets = this.vault.seal(clientId, endpointId, { signing, headers });
      return webhookEndpoints.update(endpointId, { secrets }, now);
    });
    return { ...this.shown(clientId, changed, now), secret };
  }

  async delete(clientId: string, endpointId: string): Promise<void> {
    const deleted = await this.database.asClient(clientId, ({ webhookEndpoints }) =>
      webhookEndpoints.delete(endpointId),
    );
    if (!deleted) throw notFound();
  }

  private parse(body: CreateWebhookEndpoint | UpdateWebhookEndpoint) {
    return parseEndpoint(body, (text) => this.outbound.checkUrl(text));
  }

  private open(clientId: string, { id, secrets }: WebhookEndpoint) {
    return this.vault.open(clientId, id, secrets);
  }

  private shown(clientId: string, endpoint: WebhookEndpoint, now: Instant): ShownEndpoint {
    const { headers, signing } = this.open(clientId, endpoint);
    return { endpoint, headerNames: Object.keys(headers), oldSecretUntil: signing[1]?.until, now };
  }
}

/** An endpoint that is disabled already keeps its reason. */
function enablement(current: WebhookEndpoint, enabled: boolean | undefined): WebhookEndpointChange {
  if (enabled === undefined) return {};
  if (enabled) return { disabledReason: null };
  return current.disabledReason ? {} : { disabledReason: 'manual' };
}

/** How the receiver fared before is no matter once it is another, or is given another chance. */
const freshStart = ({ enabled, url }: UpdateWebhookEndpoint): WebhookEndpointChange =>
  enabled === true || url !== undefined ? { failingSince: null, pausedUntil: null } : {};

function withoutAbsent<T extends object>(change: T): Partial<T> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<T>;
}
