import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { toIso } from '../domain/time/instant.js';
import type { SourceRecord } from '../ports/connector.js';

/** What jsonb cannot hold (NUL, lone surrogates, numbers beyond a double), replaced so that the rest is kept. */
function storable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(storable);
  if (value === null || typeof value !== 'object') return value;
  // fromEntries defines properties, so that a key `__proto__` stays a key.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [storableText(key), storable(item)]));
}

const storableText = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed();

/** The data as canonical JSON (RFC 8785) that PostgreSQL accepts. */
function canonicalJson(data: SourceRecord['data']): string {
  try {
    const json = canonicalize(data) ?? 'null';
    if (!json.includes('\\u0000')) return json;
  } catch {
    // Holds a lone surrogate or a number no double can hold.
  }
  return canonicalize(storable(data)) ?? 'null';
}

/** Of records with one id the newest; of equally new ones the last. */
function newestById(records: readonly SourceRecord[]): SourceRecord[] {
  const newest = new Map<string, SourceRecord>();
  for (const record of records) {
    const known = newest.get(record.id);
    if (known && (record.updatedAt ?? Infinity) < (known.updatedAt ?? -Infinity)) continue;
    newest.delete(record.id);
    newest.set(record.id, record);
  }
  return [...newest.values()];
}

function row(record: SourceRecord, place: number): string {
  const data = canonicalJson(record.data);
  const hash = createHash('sha256').update(data).digest('hex');
  const rest = JSON.stringify({
    id: storableText(record.id),
    hash,
    updated_at: record.updatedAt === undefined ? null : toIso(record.updatedAt),
    created_at: record.createdAt === undefined ? null : toIso(record.createdAt),
    place,
  });
  // Written by hand, so that the data is turned into JSON once, not twice.
  return `{"data":${data},${rest.slice(1)}`;
}

/** A page as the JSON array that `saveRecords` reads: one row per id. */
export const recordRows = (records: readonly SourceRecord[]): string => `[${newestById(records).map(row).join(',')}]`;
