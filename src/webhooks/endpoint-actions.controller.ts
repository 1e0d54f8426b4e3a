import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { IdParameter } from '../platform/id-parameter.js';
import { ClientId } from '../platform/principal.js';
import { RecoverMessages, ReplayMessages, spanOf } from './endpoint-dto.js';
import { Endpoints } from './endpoints.js';
import { parseRotation } from './secret-rotation.js';
import { SendAgain } from './send-again.js';
import { TestEndpoint } from './test-endpoint.js';
import { attemptView, messageView, tagged } from './views.js';

/** What can be done with an endpoint besides changing it. */
@Controller('v1/webhook-endpoints/:endpointId')
export class EndpointActionsController {
  constructor(
    private readonly endpoints: Endpoints,
    private readonly tests: TestEndpoint,
    private readonly again: SendAgain,
  ) {}

  @Post('rotate-secret')
  @HttpCode(200)
  async rotateSecret(
    @ClientId() clientId: string,
    @IdParameter('endpointId', 'whe') endpointId: string,
    @Body() body: unknown,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { secret, ...shown } = await this.endpoints.rotateSecret(clientId, endpointId, parseRotation(body));
    return { ...tagged(response, shown), secret };
  }

  @Post('test')
  @HttpCode(200)
  async test(@ClientId() clientId: string, @IdParameter('endpointId', 'whe') endpointId: string) {
    const { message, attempt } = await this.tests.execute(clientId, endpointId);
    return { message: messageView(message), attempt: attemptView(attempt) };
  }

  @Post('recover')
  @HttpCode(202)
  async recover(
    @ClientId() clientId: string,
    @IdParameter('endpointId', 'whe') endpointId: string,
    @Body() body: RecoverMessages,
  ) {
    return { messages: await this.again.execute('recover', { clientId, endpointId }, spanOf(body)) };
  }

  @Post('replay')
  @HttpCode(202)
  async replay(
    @ClientId() clientId: string,
    @IdParameter('endpointId', 'whe') endpointId: string,
    @Body() body: ReplayMessages,
  ) {
    return { messages: await this.again.execute('replay', { clientId, endpointId }, spanOf(body)) };
  }
}
