import { toIso } from '../domain/time/instant.js';
import type { Client } from '../ports/tenancy.js';

/** A client as the API shows it. */
export const clientView = (client: Client) => ({
  id: client.id,
  name: client.name,
  defaultSyncHour: client.defaultSyncHour ?? null,
  frequencyOptions: client.frequencyOptions,
  catchUp: client.catchUp,
  disableAfterFailures: client.disableAfterFailures,
  maxBackfill: client.maxBackfill ?? null,
  quietHours: client.quietHours ?? null,
  allowedOrigins: client.allowedOrigins,
  redirectUrls: client.redirectUrls,
  branding: client.branding,
  weight: client.weight,
  maxConcurrentRuns: client.maxConcurrentRuns ?? null,
  createdAt: toIso(client.createdAt),
  updatedAt: toIso(client.updatedAt),
});
