import { Controller, Get, Query } from '@nestjs/common';
import { Operator } from '../platform/principal.js';
import { Clock } from '../ports/clock.js';
import { LoadQuery, windowOf } from './load-query.js';
import { loadView } from './load-view.js';
import { ReadLoad } from './read-load.js';

@Operator()
@Controller('admin/v1/load')
export class LoadController {
  constructor(
    private readonly load: ReadLoad,
    private readonly clock: Clock,
  ) {}

  @Get()
  async read(@Query() query: LoadQuery) {
    const now = await this.clock.now();
    const window = windowOf(query, now);
    return loadView(window, await this.load.read(window, now), now);
  }
}
