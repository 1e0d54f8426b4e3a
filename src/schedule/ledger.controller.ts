import { Controller, Get, Query } from '@nestjs/common';
import { Cursors } from '../platform/cursors.js';
import { IdParameter } from '../platform/id-parameter.js';
import { ClientId } from '../platform/principal.js';
import { TimeZoneData } from '../platform/time-zone-data.js';
import { PageQuery } from '../platform/validation.js';
import { coverageView, dueDateChangeView, explanationView, periodView } from './ledger-view.js';
import { ReadLedger } from './read-ledger.js';
import { ExplainQuery, momentOf, PeriodsQuery } from './sync-queries.js';

@Controller('v1/syncs/:syncId')
export class LedgerController {
  constructor(
    private readonly ledger: ReadLedger,
    private readonly cursors: Cursors,
    private readonly timeZoneData: TimeZoneData,
  ) {}

  @Get('periods')
  async periods(
    @ClientId() clientId: string,
    @IdParameter('syncId', 'syn') syncId: string,
    @Query() query: PeriodsQuery,
  ) {
    const filter = { status: query.status };
    const list = `periods of ${syncId} ${JSON.stringify(filter)}`;
    const page = this.cursors.request(clientId, list, query);
    return this.cursors.answer(
      clientId,
      list,
      await this.ledger.periods({ clientId, syncId, filter, page }),
      periodView,
    );
  }

  @Get('due-date-changes')
  async dueDateChanges(
    @ClientId() clientId: string,
    @IdParameter('syncId', 'syn') syncId: string,
    @Query() query: PageQuery,
  ) {
    const list = `due date changes of ${syncId}`;
    const page = this.cursors.request(clientId, list, query);
    const changes = await this.ledger.dueDateChanges({ clientId, syncId, page });
    return this.cursors.answer(clientId, list, changes, dueDateChangeView);
  }

  @Get('coverage')
  async coverage(@ClientId() clientId: string, @IdParameter('syncId', 'syn') syncId: string) {
    return coverageView(await this.ledger.coverage(clientId, syncId));
  }

  @Get('schedule/explain')
  async explain(
    @ClientId() clientId: string,
    @IdParameter('syncId', 'syn') syncId: string,
    @Query() query: ExplainQuery,
  ) {
    return explanationView(await this.ledger.explain(clientId, syncId, momentOf(query)), this.timeZoneData.version);
  }
}
