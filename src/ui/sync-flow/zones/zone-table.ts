import { parseZones, type Zone } from './zone-search.js';

let table: Promise<readonly Zone[]> | undefined;

/** Every zone, fetched once for the page; asked for again where fetching failed. */
export function loadZones(): Promise<readonly Zone[]> {
  table ??= import('./zone-rows.js').then(
    ({ ZONE_ROWS }) => parseZones(ZONE_ROWS),
    (error: unknown) => {
      table = undefined;
      throw error;
    },
  );
  return table;
}
