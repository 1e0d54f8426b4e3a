import type { Served } from './source-server.js';

/** How many syncs may run at the same time, of all that come under it. */
export interface Limit {
  /** In words: who is limited. */
  readonly name: string;
  readonly most: number;
}

export interface Limited {
  /** As the source knows it. */
  readonly name: string;
  readonly limits: readonly Limit[];
}

export interface Peak extends Limit {
  /** The most syncs that waited for an answer of the source at the same moment. */
  readonly peak: number;
}

type Request = Pick<Served, 'shop' | 'began' | 'ended' | 'since' | 'before' | 'after' | 'status'>;

/**
 * What the source saw at the same time under each limit, by its own clock. Between two pages a run asks for nothing, so
 * this is the least that was under way, never more.
 */
export function peaksOf(shops: readonly Limited[], log: readonly Request[]): readonly Peak[] {
  const asked = withoutRepeats(log);
  const limits = new Map(shops.flatMap((shop) => shop.limits.map((limit) => [limit.name, limit])));
  return [...limits.values()].map(({ name: limit, most }) => {
    const under = new Set(shops.filter((shop) => shop.limits.some(({ name }) => name === limit)).map(nameOf));
    return { name: limit, most, peak: peakOf(asked.filter(({ shop }) => under.has(shop))) };
  });
}

export const checkLimits = (peaks: readonly Peak[]): readonly string[] =>
  peaks
    .filter(({ peak, most }) => peak > most)
    .map(({ name, peak, most }) => `${name}: ${peak} syncs asked at the same time, and ${most} may`);

const nameOf = ({ name }: Limited): string => name;

/**
 * A page that was answered before is left out: whoever asks for it again may have slept, and be about to hear that
 * another has taken his run and ended it.
 */
function withoutRepeats(log: readonly Request[]): readonly Request[] {
  const answered = new Set<string>();
  return log
    .toSorted((a, b) => a.began - b.began)
    .filter(({ shop, since, before, after, status }) => {
      const page = JSON.stringify([shop, since, before, after]);
      const isRepeat = answered.has(page);
      if (status === 200) answered.add(page);
      return !isRepeat;
    });
}

/** Whoever asks twice at the same moment runs once. */
function peakOf(asked: readonly Request[]): number {
  const open = new Map<string, number>();
  const lasting = asked.filter(({ began, ended }) => ended > began);
  const changes = lasting.flatMap(({ shop, began, ended }) => [
    { shop, at: began, change: 1 },
    { shop, at: ended, change: -1 },
  ]);
  let peak = 0;
  for (const { shop, change } of changes.toSorted((a, b) => a.at - b.at || a.change - b.change)) {
    const now = (open.get(shop) ?? 0) + change;
    if (now > 0) open.set(shop, now);
    else open.delete(shop);
    peak = Math.max(peak, open.size);
  }
  return peak;
}
