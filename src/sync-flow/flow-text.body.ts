import { parsed, pointerTo, refused, shown, type Parsed, type Problem } from '../domain/problem.js';
import { isCleanText } from '../platform/characters.js';
import { placeholdersIn, type FlowTextCatalogue } from './flow-text-catalogue.js';

const MOST_TEXTS = 200;
const LONGEST = 300;

export type TextChanges = Readonly<Record<string, string | null>>;

type Members = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The texts of a body `{ text }`, or every problem it has. Read by hand: every key that is written is looked at. */
export function readTexts(body: unknown, catalogue: FlowTextCatalogue): Parsed<TextChanges> {
  if (!isObject(body)) return refused(problem('', 'invalid_type', 'The body must be a JSON object.'));
  const others = Object.keys(body).filter((name) => name !== 'text');
  const unknown = others.map((name) => problem(pointerTo(name), 'unknown_field', 'There is one field, text.'));
  const { text } = body;
  const problems = [...unknown, ...(isObject(text) ? textProblems(text, catalogue) : [noTexts(text)])];
  return problems.length > 0 ? refused(...problems) : parsed(text as TextChanges);
}

const noTexts = (text: unknown): Problem =>
  problem('/text', text === undefined ? 'required' : 'invalid_type', `text is a JSON object; got ${shown(text)}.`);

function textProblems(texts: Members, catalogue: FlowTextCatalogue): readonly Problem[] {
  const entries = Object.entries(texts);
  if (entries.length > MOST_TEXTS) return [problem('/text', 'too_many_items', `text holds ${MOST_TEXTS} at most.`)];
  return entries.flatMap(([key, text]) => {
    const usual = catalogue.find(key);
    const found = usual === undefined ? unknownKey(key) : problemOf(text, usual);
    return found ? [{ pointer: pointerTo('text', key), ...found }] : [];
  });
}

const problem = (pointer: string, code: Problem['code'], message: string): Problem => ({ pointer, code, message });

type Found = Omit<Problem, 'pointer'>;

const unknownKey = (key: string): Found => ({
  code: 'unknown_field',
  message: `The set-up page has no text ${JSON.stringify(key.slice(0, 60))}.`,
});

function problemOf(text: unknown, usual: string): Found | undefined {
  if (text === null) return undefined;
  if (typeof text !== 'string')
    return { code: 'invalid_type', message: 'A text is a string, or null for the usual one.' };
  if (text.length > LONGEST) return { code: 'too_long', message: `A text has ${LONGEST} characters at most.` };
  if (!isCleanText(text))
    return { code: 'invalid_characters', message: 'The text holds characters that cannot be shown as written.' };
  const known = placeholdersIn(usual);
  const unknown = placeholdersIn(text).filter((name) => !known.includes(name));
  if (unknown.length === 0) return undefined;
  const names = (list: readonly string[]) => list.map((name) => `{${name}}`).join(', ');
  const message = `This text has no ${names(unknown)}; it has ${names(known) || 'no placeholders'}.`;
  return { code: 'unknown_reference', message };
}
