/** Draws values from some distributions, from uniform numbers in [0, 1). */
export class Draw {
  constructor(private readonly random: () => number) {}

  chance(part: number): boolean {
    return this.random() < part;
  }

  /** A whole number from 0 to `below` - 1. */
  below(below: number): number {
    return Math.floor(this.random() * below);
  }

  of<T>(values: readonly T[]): T {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new RangeError('nothing to draw from');
    return value;
  }

  /** A value, as often as its weight says. */
  weighted<T>(values: readonly (readonly [T, number])[]): T {
    const total = values.reduce((sum, [, weight]) => sum + weight, 0);
    let left = this.random() * total;
    const drawn = values.find(([, weight]) => (left -= weight) < 0) ?? values.at(-1);
    if (drawn === undefined) throw new RangeError('nothing to draw from');
    return drawn[0];
  }

  /** Most near the median, few far above it: the logarithm is normal. */
  logNormal(median: number, sigma: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.random()));
    return median * Math.exp(sigma * radius * Math.cos(2 * Math.PI * this.random()));
  }
}

/** Parts of a number by Zipf's law: the nth has an nth of what the largest has, each at least one, exactly all in all. */
export function zipfSizes(total: number, count: number): readonly number[] {
  const harmonic = Array.from({ length: count }, (_, n) => 1 / (n + 1)).reduce((sum, part) => sum + part, 0);
  const spare = total - count;
  const bounds = Array.from({ length: count + 1 }, () => 0);
  let sum = 0;
  for (let n = 0; n < count; n += 1) {
    sum += 1 / (n + 1);
    bounds[n + 1] = n === count - 1 ? spare : Math.round((spare * sum) / harmonic);
  }
  return Array.from({ length: count }, (_, n) => 1 + (bounds[n + 1] ?? 0) - (bounds[n] ?? 0));
}
