import { Injectable } from '@nestjs/common';
import type { Instant } from '../domain/time/instant.js';
import { validationFailed } from '../domain/problem.js';
import { parseSyncHour, parseTimeZone } from '../domain/time/zoned-time.js';
import { requireVersion } from '../platform/etag.js';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';
import type { QuietHours } from '../domain/load/quiet-hours.js';
import type { Client } from '../ports/tenancy.js';
import type { QuietHoursBody, UpdateClient } from './client.body.js';
import { brandingProblems } from './branding-problems.js';
import { changed } from './changed.js';

/** What a client sets for itself. */
@Injectable()
export class ClientSettings {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  get(clientId: string): Promise<Client> {
    return this.database.asClient(clientId, ({ client }) => client.get());
  }

  /** Throws 412 where `expected` is no longer the version, and 422 for a branding that could not be shown. */
  async update(clientId: string, change: UpdateClient, expected: number | undefined): Promise<Client> {
    const problems = brandingProblems(change.branding ?? {});
    if (problems.length > 0) throw validationFailed(problems);
    const now = await this.clock.now();
    return this.database.asClient(clientId, async ({ client }) => {
      const current = await client.lock();
      requireVersion(expected, current.version);
      const updated = changedClient(current, change, now);
      await client.save(updated);
      return updated;
    });
  }
}

function changedClient(client: Client, change: UpdateClient, now: Instant): Client {
  const { defaultSyncHour: hour, quietHours } = change;
  return {
    ...client,
    name: change.name ?? client.name,
    defaultSyncHour: changed(client.defaultSyncHour, typeof hour === 'number' ? parseSyncHour(hour) : hour),
    frequencyOptions: change.frequencyOptions ?? client.frequencyOptions,
    catchUp: change.catchUp ?? client.catchUp,
    disableAfterFailures: change.disableAfterFailures ?? client.disableAfterFailures,
    maxBackfill: changed(client.maxBackfill, change.maxBackfill),
    quietHours: changed(client.quietHours, quietHours && readQuietHours(quietHours)),
    allowedOrigins: change.allowedOrigins ?? client.allowedOrigins,
    redirectUrls: change.redirectUrls ?? client.redirectUrls,
    branding: change.branding ?? client.branding,
    version: client.version + 1,
    updatedAt: now,
  };
}

/** The body's rules have been checked, so each part reads; undefined would mean they have not. */
function readQuietHours(body: QuietHoursBody): QuietHours | undefined {
  const [startHour, endHour] = [parseSyncHour(body.startHour), parseSyncHour(body.endHour)];
  const timeZone = parseTimeZone(body.timeZone);
  if (startHour === undefined || endHour === undefined || timeZone === undefined) return undefined;
  return { startHour, endHour, timeZone };
}
