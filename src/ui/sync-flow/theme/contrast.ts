/** Red, green and blue, 0 to 255. */
export type Colour = readonly [number, number, number];

const WHITE: Colour = [255, 255, 255];
const BLACK: Colour = [0, 0, 0];

/** WCAG 2.2: what text needs on what is behind it. */
export const TEXT_RATIO = 4.5;

/** WCAG 2.2 relative luminance, 0 (black) to 1 (white). */
export function luminance(colour: Colour): number {
  const [red = 0, green = 0, blue = 0] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG 2.2 contrast ratio, 1 to 21. */
export function contrast(one: Colour, other: Colour): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Black or white, whichever reads better: by the ratio, since a threshold of brightness is wrong for mid-tones. */
export const readableOn = (background: Colour): Colour =>
  contrast(WHITE, background) >= contrast(BLACK, background) ? WHITE : BLACK;

const mix = (from: Colour, to: Colour, share: number): Colour => [
  Math.round(from[0] + (to[0] - from[0]) * share),
  Math.round(from[1] + (to[1] - from[1]) * share),
  Math.round(from[2] + (to[2] - from[2]) * share),
];

/** The colour itself where it has the ratio to all of `backgrounds`, else the nearest towards black or white that has. */
export function nearestPassing(colour: Colour, backgrounds: readonly Colour[], ratio: number): Colour {
  const passes = (candidate: Colour): boolean => backgrounds.every((one) => contrast(candidate, one) >= ratio);
  const shares = Array.from({ length: 51 }, (_, index) => index / 50);
  for (const share of shares) {
    const found = [BLACK, WHITE].map((end) => mix(colour, end, share)).find(passes);
    if (found !== undefined) return found;
  }
  return readableOn(backgrounds[0] ?? WHITE);
}
