/** Red, green and blue, 0 to 255. */
export type Colour = readonly [number, number, number];

export const WHITE: Colour = [255, 255, 255];
const BLACK: Colour = [0, 0, 0];

/** An opaque colour written as `#rgb`, `#rrggbb`, `rgb()` or `hsl()`; undefined for every other notation. */
export function parseColour(text: string): Colour | undefined {
  const written = text.trim().toLowerCase();
  return fromHex(written) ?? fromRgb(written) ?? fromHsl(written);
}

function fromHex(text: string): Colour | undefined {
  const [, short, long] = /^#(?:([0-9a-f]{3})|([0-9a-f]{6}))$/.exec(text) ?? [];
  const digits = short === undefined ? long : short.replaceAll(/./g, '$&$&');
  if (digits === undefined) return undefined;
  const part = (at: number) => Number.parseInt(digits.slice(at, at + 2), 16);
  return [part(0), part(2), part(4)];
}

const NUMBER = String.raw`(\d{1,3}(?:\.\d+)?)`;
const BETWEEN = String.raw`(?:\s*,\s*|\s+)`;
const RGB = new RegExp(String.raw`^rgb\(\s*${NUMBER}${BETWEEN}${NUMBER}${BETWEEN}${NUMBER}\s*\)$`);
const HSL = new RegExp(String.raw`^hsl\(\s*${NUMBER}(?:deg)?${BETWEEN}${NUMBER}%${BETWEEN}${NUMBER}%\s*\)$`);

function fromRgb(text: string): Colour | undefined {
  const [, red, green, blue] = RGB.exec(text) ?? [];
  return red === undefined ? undefined : [byte(Number(red)), byte(Number(green)), byte(Number(blue))];
}

function fromHsl(text: string): Colour | undefined {
  const [, hue, saturation, lightness] = HSL.exec(text) ?? [];
  if (hue === undefined) return undefined;
  const light = Math.min(1, Number(lightness) / 100);
  const reach = Math.min(1, Number(saturation) / 100) * Math.min(light, 1 - light);
  const part = (offset: number) => {
    const at = (offset + Number(hue) / 30) % 12;
    return byte(255 * (light - reach * Math.max(-1, Math.min(at - 3, 9 - at, 1))));
  };
  return [part(0), part(8), part(4)];
}

const byte = (value: number): number => Math.min(255, Math.round(value));

/** `#rrggbb`. */
export const hexOf = (colour: Colour): string =>
  `#${colour.map((part) => part.toString(16).padStart(2, '0')).join('')}`;

/** WCAG 2.2 relative luminance, 0 (black) to 1 (white). */
function luminance(colour: Colour): number {
  const [red = 0, green = 0, blue = 0] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG 2.2 contrast ratio, 1 to 21. */
export function contrast(one: Colour, other: Colour): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const mix = (from: Colour, to: Colour, share: number): Colour => [
  Math.round(from[0] + (to[0] - from[0]) * share),
  Math.round(from[1] + (to[1] - from[1]) * share),
  Math.round(from[2] + (to[2] - from[2]) * share),
];

/** In a hundredth of the way to black and to white at a time. */
const SHARES = Array.from({ length: 101 }, (_, index) => index / 100);

/** The colour nearest to one that has the ratio to all of `behind`; undefined where black and white have it neither. */
export function nearestPassing(colour: Colour, behind: readonly Colour[], ratio: number): Colour | undefined {
  const passes = (candidate: Colour): boolean => behind.every((one) => contrast(candidate, one) >= ratio);
  return SHARES.flatMap((share) => [BLACK, WHITE].map((end) => mix(colour, end, share))).find(passes);
}
