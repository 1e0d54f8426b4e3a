import { describe, expect, it } from 'vitest';
import { contrast, hexOf, nearestPassing, parseColour, WHITE } from '../../../src/domain/flow/colour.js';
import { faintColours, type ThemeColours } from '../../../src/domain/flow/theme-contrast.js';

const names = (theme: ThemeColours) => faintColours(theme).map(({ name }) => name);

describe('a colour', () => {
  it.each([
    ['#0b6', '#00bb66'],
    ['#0A6B4F', '#0a6b4f'],
    ['rgb(10, 107, 79)', '#0a6b4f'],
    ['rgb(10 107 79)', '#0a6b4f'],
    ['hsl(120, 100%, 25%)', '#008000'],
    ['hsl(0 0% 100%)', '#ffffff'],
    ['rgb(999 0 0)', '#ff0000'],
  ])('is read as browsers read it: %s', (text, hex) => {
    expect(hexOf(parseColour(text) ?? WHITE)).toBe(hex);
  });

  it.each(['teal', '#12', '#0a6b4f80', 'rgb(1 2)', 'oklch(0.5 0.1 160)', 'light-dark(#000, #fff)', ''])(
    'in another notation is left to them: %s',
    (text) => {
      expect(parseColour(text)).toBeUndefined();
    },
  );

  it('has the ratio that WCAG has for it', () => {
    expect(contrast([0, 0, 0], WHITE)).toBe(21);
    expect(contrast([118, 118, 118], WHITE)).toBeCloseTo(4.54, 2);
  });

  it('moves as little as it must', () => {
    const nearest = nearestPassing([0, 187, 102], [WHITE], 4.5) ?? WHITE;
    expect(contrast(nearest, WHITE)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(nearest, WHITE)).toBeLessThan(4.7);
    expect(nearestPassing([10, 107, 79], [WHITE], 4.5)).toEqual([10, 107, 79]);
    expect(
      nearestPassing(
        [0, 0, 0],
        [
          [119, 119, 119],
          [128, 128, 128],
        ],
        7,
      ),
    ).toBeUndefined();
  });
});

describe('a theme', () => {
  it.each<[string, ThemeColours, readonly string[]]>([
    ['of nothing is fine', {}, []],
    ['that reads well is fine', { accent: '#0a6b4f', onAccent: '#fff', fieldLine: '#767676' }, []],
    ['of faint text is not', { accent: '#0b6', fg: '#999', muted: '#777' }, ['accent', 'fg', 'muted']],
    ['is held against its own page', { bg: '#111', fg: '#eee', accent: '#0b6' }, []],
    ['is held against each of its pages', { bg: '#111', surface: '#fff', fg: '#eee' }, ['fg']],
    ['needs text on its buttons', { accent: '#0a6b4f', onAccent: '#0b6' }, ['onAccent']],
    ['needs edges that are seen', { fieldLine: '#ccc', line: '#eee' }, ['fieldLine']],
    ['in words of a browser is left to it', { accent: 'yellow', bg: 'white', fg: '#eee' }, []],
    ['holds other things too', { radius: '8px', accent: 7 }, []],
  ])('%s', (_, theme, faint) => {
    expect(names(theme)).toEqual(faint);
  });

  it('that is refused names a colour that is not', () => {
    const [{ message } = { message: '' }] = faintColours({ accent: '#0b6' });
    expect(message).toMatch(/^accent has 2\.5\d*:1 against #ffffff and needs 4\.5:1\./);
    const [nearest = ''] = message.match(/#[0-9a-f]{6}(?=\.$)/) ?? [];
    expect(faintColours({ accent: nearest })).toEqual([]);
  });

  it('that no colour can save says so', () => {
    expect(faintColours({ bg: '#555', surface: '#ccc', muted: '#777' })[0]?.message).toContain('bring these closer');
  });
});
