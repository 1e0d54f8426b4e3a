import type { SourceHttp } from '../source-http.js';
import type { Listing, Position, SourcePage, SourceReader } from '../source-reader.js';
import { linkAt, nextPosition, pageQuery, totalOf } from './rest-pagination.js';
import { jsonOf, recordsOf } from './rest-records.js';
import type { RestSource } from './rest-request.js';
import { isIncremental, type RestModel } from './rest-settings.js';
import { filterFrom, filterTo, precisionOf } from './source-time.js';

/** One model of a JSON API, as its settings describe it. */
export class RestReader implements SourceReader {
  readonly precision?: number;

  constructor(
    private readonly http: SourceHttp,
    private readonly source: RestSource,
    private readonly model: RestModel,
  ) {
    if (isIncremental(model)) this.precision = precisionOf(model.filter?.format);
  }

  async read(listing: Listing, position: Position | undefined, signal: AbortSignal): Promise<SourcePage> {
    const url = this.urlOf(listing, position);
    const answer = await this.http.get(this.source.request(url, signal));
    const body = jsonOf(answer);
    const records = recordsOf(this.model, body);
    const page = { body, headers: answer.headers, length: records.length };
    return {
      records,
      next: this.absolute(nextPosition(this.model, position, page), url),
      total: totalOf(this.model.pagination, page),
    };
  }

  private urlOf(listing: Listing, position: Position | undefined): string {
    const link = linkAt(position);
    if (link !== undefined) return this.source.linked(link, link);
    const query = { ...this.model.query, ...this.changesQuery(listing), ...pageQuery(this.model, position) };
    return this.source.urlOf(this.model.path, query);
  }

  private changesQuery({ from, to }: Listing): Readonly<Record<string, string>> {
    const { filter, sort } = this.model;
    if (filter === undefined || from === undefined) return {};
    const until = filter.to === undefined || to === undefined ? {} : { [filter.to]: filterTo(filter, to) };
    return { ...sort, [filter.from]: filterFrom(filter, from), ...until };
  }

  /** A link is kept whole, so that it can be followed after a restart. */
  private absolute(next: Position | undefined, url: string): Position | undefined {
    const link = linkAt(next);
    return link === undefined ? next : { url: this.source.linked(link, url) };
  }
}
