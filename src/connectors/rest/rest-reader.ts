import type { Listing, Position, SourcePage, SourceReader } from '../source-reader.js';
import { changesQuery } from './changes-query.js';
import type { RestAccess } from './rest-access.js';
import { linkAt, nextPosition, pageQuery, totalOf } from './rest-pagination.js';
import { jsonOf, recordsOf } from './rest-records.js';
import { isIncremental, type RestModel } from './rest-settings.js';
import { precisionOf } from './source-time.js';

/** One model of a JSON API, as its settings describe it. */
export class RestReader implements SourceReader {
  readonly precision?: number;
  readonly newestFirst: boolean;

  constructor(
    private readonly access: RestAccess,
    private readonly model: RestModel,
  ) {
    if (isIncremental(model)) this.precision = precisionOf(model.filter?.format);
    this.newestFirst = model.sortDescending !== undefined && model.updatedAtField !== undefined;
  }

  async read(listing: Listing, position: Position | undefined, signal: AbortSignal): Promise<SourcePage> {
    const url = this.urlOf(listing, position);
    const answer = await this.access.get(url, signal);
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
    const { source } = this.access;
    const link = linkAt(position);
    if (link !== undefined) return source.linked(link, link);
    return source.urlOf(this.model.path, {
      ...source.variables.query(this.model.query),
      ...changesQuery(this.model, listing, source.variables),
      ...pageQuery(this.model, position),
    });
  }

  /** A link is kept whole, so that it can be followed after a restart. */
  private absolute(next: Position | undefined, url: string): Position | undefined {
    const link = linkAt(next);
    return link === undefined ? next : { url: this.access.source.linked(link, url) };
  }
}
