import { LOG_LEVELS, type LogLevel } from '../domain/run/log-level.js';
import { cutTo, oneLine } from '../domain/run/one-line.js';
import { instantOf, toIso } from '../domain/time/instant.js';
import type { KeptLine, LinesOfRun } from '../ports/run-log.js';

/** The constraint run_log_message_is_short. */
const LONGEST_MESSAGE = 4_000;
const LONGEST_MODEL = 100;
/** Characters of JSON. */
const LONGEST_DATA = 8_000;
/** The query and the user of a URL, and the query of a path: they may hold a key. */
const QUERY = /(\/[^\s?#]*)\?[^\s"'<>)\]]+/g;
const USER_OF_URL = /\b(https?:\/\/)[^\s/@]+@/gi;

/** A message as it may be kept, whatever text it was made from. */
export const keptMessage = (message: string): string =>
  cutTo(oneLine(message).replaceAll(USER_OF_URL, '$1').replaceAll(QUERY, '$1?…'), LONGEST_MESSAGE);

/** Lines as parallel columns, in the order of the parameters of `addLines`. */
export function lineColumns(runs: readonly LinesOfRun[]): readonly unknown[] {
  const lines = runs.flatMap(({ clientId, runId, lines }) =>
    lines.map((line, index) => ({ ...line, clientId, runId, place: index + 1 })),
  );
  return [
    lines.map((line) => line.clientId),
    lines.map((line) => line.runId),
    lines.map((line) => line.place),
    lines.map((line) => toIso(line.at)),
    lines.map((line) => LOG_LEVELS.indexOf(line.level)),
    lines.map((line) => (line.model === undefined ? null : cutTo(oneLine(line.model), LONGEST_MODEL))),
    lines.map((line) => keptMessage(line.message)),
    lines.map((line) => (line.data === undefined ? null : keptData(line.data))),
  ];
}

/** JSON that PostgreSQL takes; null where it would be too long. */
function keptData(data: Readonly<Record<string, unknown>>): string | null {
  const json = JSON.stringify(showable(data));
  return json.length > LONGEST_DATA ? null : json;
}

function showable(value: unknown): unknown {
  if (typeof value === 'string') return oneLine(value);
  if (Array.isArray(value)) return value.map(showable);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [oneLine(name), showable(member)]));
}

export interface LineRow {
  readonly sequence: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly level: LogLevel;
  readonly model: string | null;
  readonly message: string;
  readonly data: Record<string, unknown> | null;
}

export const toLine = ({ sequence, at, level, model, message, data }: LineRow): KeptLine => ({
  sequence,
  at: instantOf(at),
  level,
  message,
  ...(model === null ? {} : { model }),
  ...(data === null ? {} : { data }),
});
