/** Printable ASCII: nothing that could end a header or hide in one. */
export const word = { type: 'string', minLength: 1, maxLength: 200, pattern: '^[!-~]*$' };

export const headerName = {
  type: 'string',
  minLength: 1,
  maxLength: 100,
  pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]*$",
};

/** Longest value of a header, and what it may hold. */
export const LONGEST_HEADER = 2000;
export const HEADER_VALUE = '^[\\t -~]*$';

export const field = {
  type: 'string',
  minLength: 1,
  maxLength: 200,
  description: 'A dotted path, e.g. `meta.updatedAt`.',
};

export const query = {
  type: 'object',
  maxProperties: 20,
  propertyNames: word,
  additionalProperties: { type: 'string', maxLength: 500 },
};

type Properties = Readonly<Record<string, unknown>>;

/** An object with these members and no others. */
export const closed = (properties: Properties, required: readonly string[] = []) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

/** One of several kinds of an object, told apart by `type`. */
export const variant = (type: string, properties: Properties = {}, required: readonly string[] = []) =>
  closed({ type: { const: type }, ...properties }, ['type', ...required]);

export const oneOf = (description: string, ...variants: readonly unknown[]) => ({
  type: 'object',
  description,
  required: ['type'],
  discriminator: { propertyName: 'type' },
  oneOf: variants,
});
