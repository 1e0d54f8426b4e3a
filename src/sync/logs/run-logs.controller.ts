import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { DomainError, found } from '../../domain/problem.js';
import { Cursors } from '../../platform/cursors.js';
import { IdParameter } from '../../platform/id-parameter.js';
import { ClientId } from '../../platform/principal.js';
import { invalidParameter } from '../../platform/validation.js';
import { Database } from '../../ports/database.js';
import { EventStream } from './event-stream.js';
import { Follower } from './follower.js';
import { logLineView } from './log-line.view.js';
import { MOST_PER_CLIENT, RunFollowers } from './run-followers.js';
import { RunLogQuery } from './run-log.query.js';

/** The log of a run: a page of it, or a stream as long as the run lasts, as the caller accepts. */
@Controller('v1')
export class RunLogsController {
  constructor(
    private readonly database: Database,
    private readonly cursors: Cursors,
    private readonly followers: RunFollowers,
  ) {}

  @Get('runs/:runId/logs')
  async read(
    @ClientId() clientId: string,
    @IdParameter('runId', 'run') runId: string,
    @Query() query: RunLogQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { level, model } = query;
    const list = `log of ${runId} ${JSON.stringify([level, model])}`;
    const asked = this.cursors.request(clientId, list, query);
    const streams = wantsStream(request);
    const after = streams ? (lastEventId(request) ?? Number(asked.after ?? 0)) : 0;
    const page = await this.database.asClient(clientId, async ({ runs, runLogs }) => {
      found(await runs.find(runId));
      return streams ? undefined : runLogs.list(runId, { level, model }, asked);
    });
    if (page) {
      response.json(this.cursors.answer(clientId, list, page, logLineView));
      return;
    }
    if (!this.followers.hasRoom(clientId)) throw tooMany(response);
    this.followers.add(new Follower({ clientId, runId, after }, { level, model }, new EventStream(response)));
  }
}

function tooMany(response: Response): DomainError {
  response.setHeader('retry-after', '5');
  const message = `This client follows ${MOST_PER_CLIENT} runs here already. End one of the streams first.`;
  return new DomainError({ code: 'stream_limit_reached', status: 'too_many_requests', message });
}

const wantsStream = (request: Request): boolean =>
  request.method === 'GET' && request.accepts(['application/json', 'text/event-stream']) === 'text/event-stream';

/** Where a reader that was cut off goes on. */
function lastEventId({ headers }: Request): number | undefined {
  const text = headers['last-event-id'];
  // A browser that has seen no event yet sends it empty, if at all.
  if (text === undefined || text === '') return undefined;
  if (typeof text === 'string' && /^\d{1,15}$/.test(text)) return Number(text);
  throw invalidParameter('Last-Event-ID', 'Last-Event-ID is the sequence of a line.');
}
