import { Controller, Get } from '@nestjs/common';
import { ConnectorRegistry } from '../ports/connector.js';
import { platformView } from './platform.view.js';

@Controller('v1/platforms')
export class PlatformsController {
  constructor(private readonly connectors: ConnectorRegistry) {}

  @Get()
  list() {
    return { data: this.connectors.list().map(platformView), nextCursor: null };
  }
}
