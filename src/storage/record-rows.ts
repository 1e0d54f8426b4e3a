import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { RecordVersion } from '../domain/run/staleness.js';
import { toIso, type Instant } from '../domain/time/instant.js';
import type { SourceRecord } from '../ports/connector.js';

/** A record as it is judged and stored. */
export class RecordToStore implements RecordVersion {
  readonly id: string;
  /** JSON that PostgreSQL accepts. */
  readonly data: string;
  readonly updatedAt?: Instant;
  readonly createdAt?: Instant;

  constructor(private readonly source: SourceRecord) {
    this.id = storableText(source.id);
    this.data = storableJson(source.data);
    this.updatedAt = source.updatedAt;
    this.createdAt = source.createdAt;
  }

  /** Made when it is asked for: bringing the members into one order takes ten times as long as all the rest. */
  get contentHash(): string {
    return hash('sha256', canonicalJson(this.source.data), 'hex');
  }

  /** What is kept of it: nothing where the source tells an updatedAt. */
  get keptHash(): string | null {
    return this.updatedAt === undefined ? this.contentHash : null;
  }
}

/** What jsonb cannot hold (NUL, lone surrogates, numbers beyond a double), replaced so that the rest is kept. */
function storable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(storable);
  if (value === null || typeof value !== 'object') return value;
  // fromEntries defines properties, so that a key `__proto__` stays a key.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [storableText(key), storable(item)]));
}

/** A text without what PostgreSQL cannot hold: ids are stored, and looked for, in this form. */
export const storableText = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed();

/** Escapes that jsonb refuses; JSON.stringify writes lone surrogates as such, and numbers beyond a double as null. */
const REFUSED = /\\u(?:0000|d[89a-f])/;

function storableJson(data: SourceRecord['data']): string {
  const json = JSON.stringify(data);
  return REFUSED.test(json) ? JSON.stringify(storable(data)) : json;
}

/** Canonical JSON (RFC 8785): the same for the same content, whatever the order of its members. */
function canonicalJson(data: SourceRecord['data']): string {
  try {
    return canonicalize(data) ?? 'null';
  } catch {
    // Holds a lone surrogate or a number no double can hold.
    return canonicalize(storable(data)) ?? 'null';
  }
}

/** Of records with one id the newest; of equally new ones the last. */
function newestById(records: readonly SourceRecord[]): SourceRecord[] {
  const newest = new Map<string, SourceRecord>();
  for (const record of records) {
    const id = storableText(record.id);
    const known = newest.get(id);
    if (known && (record.updatedAt ?? Infinity) < (known.updatedAt ?? -Infinity)) continue;
    newest.delete(id);
    newest.set(id, record);
  }
  return [...newest.values()];
}

/** A page as it is judged and stored: one record per id. */
export const recordsToStore = (records: readonly SourceRecord[]): readonly RecordToStore[] =>
  newestById(records).map((record) => new RecordToStore(record));

const isoOrNull = (at: Instant | undefined): string | null => (at === undefined ? null : toIso(at));

/** A record with its place among those that are written together, from 1. */
export interface PlacedRecord {
  readonly record: RecordToStore;
  readonly place: number;
}

/**
 * Records as parameters: ids, hashes, both instants, places, and all data as one JSON array, which PostgreSQL reads in
 * half the time that an array of rows takes it.
 */
export const recordColumns = (placed: readonly PlacedRecord[]): readonly unknown[] => [
  placed.map(({ record }) => record.id),
  placed.map(({ record }) => record.keptHash),
  placed.map(({ record }) => isoOrNull(record.updatedAt)),
  placed.map(({ record }) => isoOrNull(record.createdAt)),
  placed.map(({ place }) => place),
  `[${placed.map(({ record }) => record.data).join(',')}]`,
];
