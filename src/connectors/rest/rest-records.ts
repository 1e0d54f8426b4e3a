import type { SourceRecord } from '../../ports/connector.js';
import { sourceFailure } from '../source-failure.js';
import type { SourceAnswer } from '../http/source-request.js';
import { valueAt } from './json-path.js';
import type { RestModel } from './rest-settings.js';
import { readInstant } from './source-time.js';

/** Deeper than any record, and far from where databases give up. */
const DEEPEST_RECORD = 100;

/** The body of an answer as JSON. Throws provider_bad_response. */
export function jsonOf({ body, headers }: SourceAnswer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    const type = headers['content-type'] ?? 'no content type';
    throw sourceFailure('provider_bad_response', `The source answered no JSON (${type}).`, { cause: error });
  }
}

/** The records of a page. Throws configuration_invalid where there is no list, record_invalid for what is no record. */
export function recordsOf(model: RestModel, body: unknown): readonly SourceRecord[] {
  const list = model.recordsPath === undefined ? body : valueAt(body, model.recordsPath);
  if (Array.isArray(list)) return list.map((item: unknown, index) => toRecord(model, item, index));
  const where = model.recordsPath === undefined ? 'The answer' : `“${model.recordsPath}” in the answer`;
  throw sourceFailure('configuration_invalid', `${where} is no list of records; check recordsPath.`);
}

function toRecord(model: RestModel, item: unknown, index: number): SourceRecord {
  const { idField = 'id', updatedAtField, createdAtField } = model;
  if (typeof item !== 'object' || item === null || Array.isArray(item)) throw invalid(index, 'is no object');
  const id = idOf(valueAt(item, idField));
  if (id === undefined) throw invalid(index, `has no usable id in “${idField}”`);
  if (isDeeperThan(item, DEEPEST_RECORD)) throw invalid(index, `is nested deeper than ${DEEPEST_RECORD} levels`);
  const instantAt = (path: string | undefined) => (path === undefined ? undefined : readInstant(valueAt(item, path)));
  return {
    id,
    data: item as SourceRecord['data'],
    updatedAt: instantAt(updatedAtField),
    createdAt: instantAt(createdAtField),
  };
}

/** A text of reasonable length or an exact number: beyond 2^53 two ids would become one. */
function idOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' && value !== '' && value.length <= 500 ? value : undefined;
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((item) => isDeeperThan(item, levels - 1));
}

const invalid = (index: number, what: string) =>
  sourceFailure('record_invalid', `Record ${index + 1} of the page ${what}.`);
