/**
 * The key in an `Authorization` header: `Bearer <key>`, `Basic base64(<key>)` or `Basic base64(<key>:)`.
 * Undefined for any other scheme, for a Basic of user and password, and for what is not base64.
 */
export function keyIn(header: string | undefined): string | undefined {
  const [, scheme = '', value = ''] = /^(bearer|basic) +([\x21-\x7e]+)$/i.exec(header ?? '') ?? [];
  if (scheme === '') return undefined;
  return scheme.toLowerCase() === 'bearer' ? value : keyInBasic(value);
}

function keyInBasic(value: string): string | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(value)) return undefined;
  const [key, password = ''] = splitOnce(Buffer.from(value, 'base64').toString('latin1'));
  return password === '' ? key : undefined;
}

function splitOnce(text: string): readonly [string, string?] {
  const colon = text.indexOf(':');
  return colon === -1 ? [text] : [text.slice(0, colon), text.slice(colon + 1)];
}
