import { pointerTo, shown, type Problem } from '../../domain/problem.js';
import type { Report } from '../../domain/schedule/schedule-fields.js';
import { findUnstorableText } from '../../platform/characters.js';
import { readObject, type Members } from '../request/members.js';

/** As the constraint variable_name_is_a_word has it. */
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
/** Bound to the watermark, which a run moves by succeeding and in no other way. */
const COMPUTED = 'lastFilterDate';
/** As the API of variables has it. */
const MOST_VARIABLES = 100;
/** Bytes of JSON. */
const LARGEST_VALUE = 10_000;

/** `variables` of a report: what the connection is to remember. */
export function readVariables({ variables }: Members, report: Report): Readonly<Record<string, unknown>> {
  if (variables === undefined) return {};
  const byName = readObject(variables, report, '/variables') ?? {};
  const entries = Object.entries(byName);
  if (entries.length > MOST_VARIABLES)
    return report('/variables', 'too_many_items', `variables holds ${MOST_VARIABLES} values at most.`) ?? {};
  for (const [name, value] of entries) checkVariable(name, value, report);
  return byName;
}

function checkVariable(name: string, value: unknown, report: Report): void {
  const at = pointerTo('variables', name);
  if (!VARIABLE_NAME.test(name))
    report(at, 'invalid_format', `A variable is named by letters, digits and _, 64 at most; got ${shown(name)}.`);
  if (name === COMPUTED) report(at, 'not_applicable', `${COMPUTED} follows the watermark; it cannot be reported.`);
  const unstorable = findUnstorableText(value);
  if (unstorable)
    report(at + pointerTo(...unstorable), 'invalid_characters', 'A NUL or half a character cannot be kept.');
  if (Buffer.byteLength(JSON.stringify(value)) > LARGEST_VALUE)
    report(at, 'too_long', `A value may take ${LARGEST_VALUE} bytes of JSON at most.`);
}

/** A problem where a connection would have too many variables with these besides those it has. */
export function tooManyVariables(
  kept: readonly string[],
  reported: Readonly<Record<string, unknown>>,
): readonly Problem[] {
  const names = new Set([...kept, ...Object.keys(reported)]);
  if (names.size <= MOST_VARIABLES) return [];
  const message = `A connection has at most ${MOST_VARIABLES} variables; this would make ${names.size}.`;
  return [{ pointer: '/variables', code: 'too_many_items', message }];
}
