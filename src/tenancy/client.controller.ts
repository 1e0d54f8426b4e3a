import { Body, Controller, Get, Patch, Res } from '@nestjs/common';
import type { Response } from 'express';
import { IfMatch } from '../platform/etag.js';
import { ClientId } from '../platform/principal.js';
import { UpdateClient } from './client.body.js';
import { ClientSettings } from './client-settings.js';
import { clientView } from './client.view.js';
import { tagged } from './tagged.js';

@Controller('v1/client')
export class ClientController {
  constructor(private readonly settings: ClientSettings) {}

  @Get()
  async get(@ClientId() clientId: string, @Res({ passthrough: true }) response: Response) {
    return clientView(tagged(response, await this.settings.get(clientId)));
  }

  @Patch()
  async update(
    @ClientId() clientId: string,
    @Body() body: UpdateClient,
    @IfMatch() expected: number | undefined,
    @Res({ passthrough: true }) response: Response,
  ) {
    return clientView(tagged(response, await this.settings.update(clientId, body, expected)));
  }
}
