/** A place to choose: a zone, and the names by which people look for it. */
export interface Zone {
  readonly id: string;
  /** ISO 3166; empty for UTC. */
  readonly country: string;
  /** The largest first. */
  readonly cities: readonly string[];
  /** Older and other names. */
  readonly aliases: readonly string[];
}

export interface ZoneMatch {
  readonly zone: Zone;
  /** The city that matched, else the largest. */
  readonly city: string;
}

/** `id;country;cities;aliases`, with commas within. */
export function parseZones(rows: readonly string[]): readonly Zone[] {
  return rows.map((row) => {
    const [id = '', country = '', cities = '', aliases = ''] = row.split(';');
    return { id, country, cities: list(cities, cityOf(id)), aliases: list(aliases) };
  });
}

/** The city of the id first, as its people spell it where the list has that. */
function list(text: string, first?: string): readonly string[] {
  const names = text.split(',').filter((name) => name !== '');
  if (first === undefined) return names;
  const spelt = names.find((name) => plain(name) === plain(first)) ?? first;
  return [spelt, ...names.filter((name) => name !== spelt)];
}

/** `America/Sao_Paulo` as "Sao Paulo". */
export const cityOf = (id: string): string => (id.split('/').at(-1) ?? id).replaceAll('_', ' ');

/** Letters that are no letter with a mark. */
const BARRED: Readonly<Record<string, string>> = { ł: 'l', ø: 'o', đ: 'd', ı: 'i' };

/** São Paulo and sao_paulo are one, and so are Łódź and lodz. */
export const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[łøđı]/g, (letter) => BARRED[letter] ?? letter)
    .replaceAll(/[^\p{L}\p{N}+]+/gu, ' ')
    .trim();

/** Every letter typed looks at the same two thousand names. */
const known = new Map<string, string>();

/** 0 is the best; undefined is none. */
function rank(name: string, query: string): number | undefined {
  const text = known.get(name) ?? plain(name);
  known.set(name, text);
  if (text === query) return 0;
  if (text.startsWith(query)) return 1;
  if (text.includes(` ${query}`)) return 2;
  return text.includes(query) && query.length > 2 ? 4 : undefined;
}

interface Ranked extends ZoneMatch {
  readonly score: number;
}

/** The zone of an id, by whichever of its names. */
export const zoneOf = (zones: readonly Zone[], id: string): Zone | undefined =>
  zones.find((zone) => zone.id === id) ?? zones.find(({ aliases }) => aliases.includes(id));

/** The places for what was typed, the best first. `countryName` is in the merchant's language. */
export function searchZones(
  zones: readonly Zone[],
  typed: string,
  countryName: (country: string) => string,
): readonly ZoneMatch[] {
  const query = plain(typed);
  if (query === '') return zones.map((zone) => ({ zone, city: zone.cities[0] ?? zone.id }));
  return zones
    .flatMap((zone) => best(zone, query, countryName(zone.country)) ?? [])
    .sort((one, other) => one.score - other.score || one.city.localeCompare(other.city));
}

function best(zone: Zone, query: string, country: string): Ranked | undefined {
  const main = zone.cities[0] ?? zone.id;
  const found: Ranked[] = [];
  const consider = (names: readonly string[], penalty: number, city: (name: string) => string): void => {
    for (const [index, name] of names.entries()) {
      const score = rank(name, query);
      if (score !== undefined) found.push({ zone, city: city(name), score: score * 10 + penalty + Math.min(index, 4) });
    }
  };
  consider(zone.cities, 0, (name) => name);
  consider(zone.aliases.map(cityOf), 5, () => main);
  consider([country], 3, () => main);
  consider([zone.id, ...zone.aliases], 6, () => main);
  return found.sort((one, other) => one.score - other.score)[0];
}
