import { Controller, Get, Query } from '@nestjs/common';
import { found } from '../domain/problem.js';
import { Cursors } from '../platform/cursors.js';
import { IdParameter } from '../platform/id-parameter.js';
import { ClientId } from '../platform/principal.js';
import { PageQuery } from '../platform/validation.js';
import { Database } from '../ports/database.js';
import { syncEditView } from './edit-view.js';

/** Who changed what of a sync. */
@Controller('v1/syncs/:syncId/edits')
export class EditsController {
  constructor(
    private readonly database: Database,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  async list(@ClientId() clientId: string, @IdParameter('syncId', 'syn') syncId: string, @Query() query: PageQuery) {
    const list = `edits of ${syncId}`;
    const request = this.cursors.request(clientId, list, query);
    const page = await this.database.asClient(clientId, async ({ syncs, syncEdits }) => {
      found(await syncs.find(syncId));
      return syncEdits.list(syncId, request);
    });
    return this.cursors.answer(clientId, list, page, syncEditView);
  }
}
