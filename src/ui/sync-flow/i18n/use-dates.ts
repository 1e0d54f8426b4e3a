import { useMemo } from 'preact/hooks';
import { useOpenFlow } from '../element/flow-context.js';
import { hasWholeDays, makeDates, type Dates } from './dates.js';

/** Dates in the draft's zone and the merchant's language. */
export function useDates(): Dates {
  const { draft, words, now } = useOpenFlow();
  const { timeZone } = draft;
  const wholeDays = hasWholeDays(draft);
  return useMemo(
    () => makeDates({ tag: words.tag, timeZone, now: now(), wholeDays }),
    [words.tag, timeZone, wholeDays],
  );
}
