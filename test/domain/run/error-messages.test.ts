import { fc } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { cutTo, oneLine } from '../../../src/domain/run/one-line.js';
import { errorOf } from '../../../src/domain/run/sync-event.js';

const failedWith = (message: string, details: readonly string[]) =>
  errorOf({ kind: 'failed', failure: { code: 'provider_error', class: 'transient', message, details } });
/** Any text there is: line breaks of every kind, NUL, lone surrogates, empty. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom('a', '\n', '\r\n', '\u2028', '\u0085', '\v', '\0', '\ud800', '\udc00', '🛒', ''))
    .map((parts) => parts.join('')),
);

describe('the messages of a failure', () => {
  it('come back exactly, one for one, by splitting errorDetails at line feeds', () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1 }), (details) => {
        const { errorDetails } = failedWith('It failed.', details);
        expect(errorDetails?.split('\n')).toEqual(details.map(oneLine));
      }),
    );
  });

  it('are left as they are where they are one line of ordinary text', () => {
    const details = ['GET /orders: the source failed (HTTP 500).', 'Größe “XL” 🛒 — не найдено', ''];
    expect(failedWith('It failed.', details).errorDetails?.split('\n')).toEqual(details);
  });

  it('are the one message where there are no others', () => {
    expect(failedWith('first\nsecond', [])).toEqual({ errorMessage: 'first second', errorDetails: 'first second' });
  });
});

describe('one line', () => {
  it.each([
    ['a\nb', 'a b'],
    ['a\r\n\r\n\tb', 'a b'],
    ['a\u2028b\u0085c', 'a b c'],
    ['a\0b', 'a\ufffdb'],
    ['a\ud83db', 'a\ufffdb'],
    ['🛒', '🛒'],
    ['\u202egnp.exe', '\ufffdgnp.exe'],
  ])('%j is kept as %j', (text, kept) => {
    expect(oneLine(text)).toBe(kept);
  });

  it('can be kept by a database and shown on a line, whatever it was', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(oneLine(text)).toMatch(/^[^\p{Cc}\u2028\u2029]*$/u);
        expect(oneLine(text).isWellFormed()).toBe(true);
        expect(oneLine(oneLine(text))).toBe(oneLine(text));
      }),
    );
  });

  it('is cut at a length with a mark, and no character is parted', () => {
    fc.assert(
      fc.property(anyText.map(oneLine), fc.integer({ min: 2, max: 20 }), (text, length) => {
        const short = cutTo(text, length);
        expect(short.length).toBeLessThanOrEqual(length);
        expect(short.isWellFormed()).toBe(true);
        expect(short === text || short.endsWith('…')).toBe(true);
      }),
    );
    expect(cutTo('abcdef', 4)).toBe('abc…');
  });
});
