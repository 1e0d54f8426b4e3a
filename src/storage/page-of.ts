import type { Page } from '../ports/page.js';

/** A page from one row more than its limit, read in the order of the list. */
export function pageOf<Row, T extends { readonly id: string }>(
  rows: readonly Row[],
  limit: number,
  from: (row: Row) => T,
): Page<T> {
  const data = rows.slice(0, limit).map((row) => from(row));
  return rows.length > limit ? { data, nextAfter: data.at(-1)?.id } : { data };
}
