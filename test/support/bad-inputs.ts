import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

type Json = Readonly<Record<string, unknown>>;

/** One case of the catalogue; its `legend` says what each member of `input` means. */
export interface BadInput {
  readonly id: string;
  readonly category: string;
  readonly target: string;
  readonly label: string;
  readonly input: {
    readonly method?: string;
    readonly path?: string;
    readonly headers?: Readonly<Record<string, string | null>>;
    readonly body?: Json;
    readonly patch?: Json;
    readonly raw_patch?: Readonly<Record<string, string>>;
    readonly remove?: readonly string[];
    readonly raw?: string;
    readonly raw_base64?: string;
    readonly raw_headers?: readonly string[];
    readonly raw_socket?: string;
    readonly generate?: string;
    readonly as?: string;
    readonly setup?: string;
    /** In the place of a link's code. */
    readonly token?: string;
    readonly mutate?: string;
    readonly concurrency?: number;
    /** What a peer answers: how, after how many milliseconds, with how many bytes. */
    readonly status?: number;
    readonly delay?: number;
    readonly bytes?: number;
  };
  readonly expect: {
    readonly status: number;
    readonly code: string;
    readonly field_code?: string;
    readonly stored?: unknown;
  };
}

interface Catalogue {
  readonly base: Readonly<Record<string, { readonly method?: string; readonly path?: string; readonly body?: Json }>>;
  readonly cases: readonly BadInput[];
}

const file = join(import.meta.dirname, '..', 'api', 'data', 'bad-inputs.json');
const catalogue = JSON.parse(readFileSync(file, 'utf8')) as Catalogue;

export const badInputs = (...categories: readonly string[]): readonly BadInput[] =>
  catalogue.cases.filter(({ category }) => categories.includes(category));

export interface RequestParts {
  readonly method: string;
  readonly path: string;
  /** Header lines as they are sent. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** The request of a case. `fill` puts real ids and keys in the place of `{syncA}` and `<keyB>`. */
export function requestOf({ target, input }: BadInput, fill: (text: string) => string): RequestParts {
  const base = catalogue.base[target] ?? {};
  const method = input.method ?? base.method ?? 'GET';
  const body = method === 'GET' || method === 'DELETE' ? Buffer.alloc(0) : bodyOf(input, base.body, fill);
  const given: Record<string, string | null> = { Authorization: 'Bearer <keyA>', ...input.headers };
  if (body.length > 0 || method === 'PUT') given['Content-Type'] ??= 'application/json';
  if (input.headers?.['Content-Type'] === null) delete given['Content-Type'];
  if (input.raw_headers) delete given['Authorization'];
  const lines = Object.entries(given).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]));
  const length = method === 'GET' ? [] : [`Content-Length: ${body.length}`];
  const headers = [...lines, ...(input.raw_headers ?? [])].map(fill);
  return { method, path: fill(input.path ?? base.path ?? '/'), headers: [...headers, ...length], body };
}

function bodyOf(input: BadInput['input'], base: Json | undefined, fill: (text: string) => string): Buffer {
  if (input.raw !== undefined) return Buffer.from(input.raw);
  if (input.raw_base64 !== undefined) return Buffer.from(input.raw_base64, 'base64');
  if (input.generate !== undefined) return generated(input.generate);
  const body: Record<string, unknown> = { ...base, ...input.body };
  for (const [pointer, value] of Object.entries(input.patch ?? {})) body[pointer.slice(1)] = value;
  for (const pointer of input.remove ?? []) delete body[pointer.slice(1)];
  const raw = Object.entries(input.raw_patch ?? {});
  for (const [pointer] of raw) body[pointer.slice(1)] = `raw ${pointer}`;
  const text = raw.reduce(
    (json, [pointer, value]) => json.replace(JSON.stringify(`raw ${pointer}`), value),
    JSON.stringify(body),
  );
  return Buffer.from(fill(text));
}

function generated(recipe: string): Buffer {
  const [kind = '', size = ''] = recipe.split(':');
  const times = Number(size);
  if (kind === 'nested_object') return Buffer.from('{"a":'.repeat(times) + '1' + '}'.repeat(times));
  if (kind === 'nested_array') return Buffer.from('['.repeat(times) + ']'.repeat(times));
  if (kind === 'gzip_zeros') return gzipSync(Buffer.alloc(times));
  throw new Error(`The catalogue asks for something new to be generated: ${recipe}.`);
}

/** `<256 x a>` and `aaa<...4096>` of the catalogue, written out. */
export const written = (text: string): string =>
  text
    .replaceAll(/<(\d+) x (.)>/g, (_, times: string, character: string) => character.repeat(Number(times)))
    .replaceAll(/a+<\.\.\.(\d+)>/g, (_, times: string) => 'a'.repeat(Number(times)));
