import { Controller, Get, Query } from '@nestjs/common';
import { found } from '../domain/problem.js';
import { Cursors } from '../platform/cursors.js';
import { feedName } from '../platform/feed-cursors.js';
import { IdParameter } from '../platform/id-parameter.js';
import { ClientId } from '../platform/principal.js';
import { Database } from '../ports/database.js';
import { modifiedSince, RecordQuery } from './record.query.js';
import { recordView } from './record.view.js';

@Controller('v1/connections/:connectionId/records')
export class RecordsController {
  constructor(
    private readonly database: Database,
    private readonly cursors: Cursors,
  ) {}

  /** A feed has no last page: its cursor is always given, to go on from now or later. */
  @Get()
  async list(
    @ClientId() clientId: string,
    @IdParameter('connectionId', 'con') connectionId: string,
    @Query() query: RecordQuery,
  ) {
    const filter = { model: query.model, modifiedSince: modifiedSince(query.modifiedSince) };
    const list = feedName(connectionId, query.model);
    const request = this.cursors.request(clientId, list, query);
    const { data, reached, hasMore } = found(
      await this.database.asClient(clientId, ({ records }) => records.feed(connectionId, filter, request)),
    );
    const answer = this.cursors.answer(clientId, list, { data, nextAfter: String(reached) }, recordView);
    return { ...answer, hasMore };
  }
}
