import type { Listing } from '../source-reader.js';
import type { RestFilter, RestModel } from './rest-settings.js';
import type { RestVariables } from './rest-variables.js';
import { filterFrom, filterTo } from './source-time.js';

type Query = Readonly<Record<string, string>>;

/** The query parameters that sort and filter a listing; none where everything is listed as it comes. */
export function changesQuery(model: RestModel, listing: Listing, variables: RestVariables): Query {
  const { filter, sort, sortDescending } = model;
  const { from, newestFirst = false } = listing;
  const isFiltered = filter !== undefined && from !== undefined;
  return {
    ...(newestFirst ? variables.query(sortDescending) : isFiltered ? variables.query(sort) : {}),
    ...(isFiltered ? filterQuery(filter, { ...listing, from }, variables) : {}),
  };
}

type Span = Listing & Required<Pick<Listing, 'from'>>;

function filterQuery(filter: RestFilter, { from, to }: Span, variables: RestVariables): Query {
  const start = filterFrom(filter, from);
  const end = to === undefined ? undefined : filterTo(filter, to);
  if ('template' in filter) {
    return { [filter.param]: variables.expression(filter.template, { from: start, to: end ?? '' }) };
  }
  return { [filter.from]: start, ...(filter.to === undefined || end === undefined ? {} : { [filter.to]: end }) };
}
