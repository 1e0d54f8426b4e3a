import { contrast, hexOf, nearestPassing, parseColour, WHITE, type Colour } from './colour.js';

/** A colour of a theme that cannot be told well enough from what is behind it. */
export interface FaintColour {
  /** Its name in the theme. */
  readonly name: string;
  /** Of one sentence or two, with the nearest colour that passes. */
  readonly message: string;
}

export type ThemeColours = Readonly<Record<string, unknown>>;

/** WCAG 2.2: what text needs on what is behind it, and what the edge of a control does. */
const TEXT_RATIO = 4.5;
const EDGE_RATIO = 3;
const TEXTS = ['accent', 'fg', 'muted', 'ok', 'warn', 'bad'];

/** Colours in notations that only a browser reads are left to the page, which measures what it shows. */
export function faintColours(theme: ThemeColours): readonly FaintColour[] {
  const pages = coloursIn(theme, ['bg', 'surface']);
  const isPaged = 'bg' in theme || 'surface' in theme;
  const behind = isPaged ? pages : [WHITE];
  return [
    ...TEXTS.flatMap((name) => faint(theme, { name, behind, ratio: TEXT_RATIO })),
    ...faint(theme, { name: 'onAccent', behind: coloursIn(theme, ['accent']), ratio: TEXT_RATIO }),
    ...faint(theme, { name: 'fieldLine', behind, ratio: EDGE_RATIO }),
  ];
}

interface Need {
  readonly name: string;
  readonly behind: readonly Colour[];
  readonly ratio: number;
}

function faint(theme: ThemeColours, { name, behind, ratio }: Need): readonly FaintColour[] {
  const colour = colourIn(theme, name);
  if (!colour) return [];
  const ratios = behind.map((one) => contrast(colour, one));
  const least = Math.min(...ratios);
  if (least >= ratio) return [];
  const against = hexOf(behind[ratios.indexOf(least)] ?? WHITE);
  const nearest = nearestPassing(colour, behind, ratio);
  const wayOut = nearest
    ? `The nearest that has it is ${hexOf(nearest)}.`
    : 'No colour has it against both bg and surface: bring these closer together.';
  const has = Math.floor(least * 100) / 100;
  return [{ name, message: `${name} has ${has}:1 against ${against} and needs ${ratio}:1. ${wayOut}` }];
}

const coloursIn = (theme: ThemeColours, names: readonly string[]): readonly Colour[] =>
  names.flatMap((name) => {
    const colour = colourIn(theme, name);
    return colour ? [colour] : [];
  });

function colourIn(theme: ThemeColours, name: string): Colour | undefined {
  const text = Object.hasOwn(theme, name) ? theme[name] : undefined;
  return typeof text === 'string' ? parseColour(text) : undefined;
}
