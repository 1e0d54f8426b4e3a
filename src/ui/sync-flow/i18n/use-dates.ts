import { useMemo } from 'preact/hooks';
import type { FlowConfiguration } from '../api/contract.js';
import { useOpenFlow } from '../element/flow-context.js';
import type { FlowPage } from '../state/flow-state.js';
import { hasWholeDays, makeDates, type Dates } from './dates.js';

/** Dates in the zone of a configuration, the draft's unless told, and in the merchant's language. */
export function useDates(of?: FlowConfiguration): Dates {
  const { draft, words, now } = useOpenFlow();
  const configuration = of ?? draft;
  const { timeZone } = configuration;
  const wholeDays = hasWholeDays(configuration);
  return useMemo(
    () => makeDates({ tag: words.tag, timeZone, now: now(), wholeDays }),
    [words.tag, timeZone, wholeDays],
  );
}

/** What runs is what is saved, whatever the draft says by now; of what may not be read, the status tells zone and hour. */
export function useSavedDates(): Dates {
  const { page, draft } = useOpenFlow();
  return useDates(scheduleOf(page, draft));
}

/** The zone and hour in which the dates of a status are days. */
export function scheduleOf({ saved, status }: FlowPage, draft: FlowConfiguration): FlowConfiguration {
  const { timeZone, syncHour } = status ?? {};
  const known = saved ?? draft;
  return { ...known, timeZone: timeZone ?? known.timeZone, syncHour: syncHour ?? known.syncHour };
}

/** Periods are shown in the zone they were asked for, also while those of a newer draft are on their way. */
export const usePreviewDates = (): Dates => useDates(useOpenFlow().page.preview.result?.configuration);
