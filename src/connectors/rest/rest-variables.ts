import { sourceFailure } from '../source-failure.js';
import { MODEL_PATH } from './rest-model.schema.js';
import { HEADER_VALUE, LONGEST_HEADER } from './schema-parts.js';

type Texts = Readonly<Record<string, string>>;

const PLACE = /\{\{\s*([^{}\s]+)\s*\}\}/g;
const PLACE_OR_END = /\{\{\s*([^{}\s]+)\s*\}\}|\{(from|to)\}/g;

/**
 * Puts a connection's variables in the place of `{{name}}`. Throws configuration_invalid where there is no
 * such variable, where it is no text, number or boolean, or where its value does not fit its place.
 */
export class RestVariables {
  constructor(private readonly values: Readonly<Record<string, unknown>>) {}

  text(template: string): string {
    return template.replaceAll(PLACE, (_, name: string) => this.valueOf(name));
  }

  /** The values of a query; encoding them is for whoever makes the URL. */
  query(query: Texts = {}): Texts {
    return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, this.text(value)]));
  }

  headers(headers: Texts = {}): Texts {
    const filled = this.query(headers);
    const wrong = Object.keys(filled).find((name) => !isHeaderValue(filled[name] ?? ''));
    if (wrong !== undefined) throw misfit(`the header ${wrong}`);
    return filled;
  }

  /** A path that stays below the base URL, whatever the values: each fills at most one segment. */
  path(path: string): string {
    const filled = path.replaceAll(PLACE, (_, name: string) => segmentOf(this.valueOf(name), path));
    if (filled !== path && !new RegExp(MODEL_PATH).test(filled)) throw misfit(`the path ${path}`);
    return filled;
  }

  /** A filter expression with the ends of its span. Values are not looked at again for further places. */
  expression(template: string, span: { readonly from: string; readonly to: string }): string {
    return template.replaceAll(PLACE_OR_END, (_, name: string | undefined, end: 'from' | 'to') =>
      name === undefined ? span[end] : this.valueOf(name),
    );
  }

  private valueOf(name: string): string {
    if (!Object.hasOwn(this.values, name)) {
      throw configuration(`The settings use the variable “${name}”, which the connection does not have.`);
    }
    const value = this.values[name];
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      return String(value).toWellFormed();
    throw configuration(`The variable “${name}” is no text, number or boolean, so that the settings cannot use it.`);
  }
}

function segmentOf(value: string, path: string): string {
  if (value === '') throw misfit(`the path ${path}`);
  return encodeURIComponent(value);
}

const isHeaderValue = (value: string): boolean =>
  value.length <= LONGEST_HEADER && new RegExp(HEADER_VALUE).test(value);

const configuration = (message: string) => sourceFailure('configuration_invalid', message);
const misfit = (where: string) => configuration(`A variable holds a value that cannot stand in ${where}.`);
