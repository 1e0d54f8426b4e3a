import { Module, type DynamicModule } from '@nestjs/common';
import type { Config } from '../platform/config.js';
import { DeliveryPolicy } from './delivery-policy.js';
import { DeliveryWorker } from './delivery-worker.js';
import { EndpointVault } from './endpoint-secrets.js';
import { EndpointsController } from './endpoints.controller.js';
import { Endpoints } from './endpoints.js';
import { MessageSender } from './message-sender.js';
import { MessagesController } from './messages.controller.js';
import { Messages } from './messages.js';

/** Telling clients by signed webhook: the routes in an api process, the sending in a worker. */
@Module({})
export class WebhooksModule {
  static for({ roles }: Config): DynamicModule {
    return {
      module: WebhooksModule,
      controllers: roles.has('api') ? [EndpointsController, MessagesController] : [],
      providers: [
        EndpointVault,
        ...(roles.has('api') ? [Endpoints, Messages] : []),
        ...(roles.has('worker') ? [DeliveryPolicy, MessageSender, DeliveryWorker] : []),
      ],
    };
  }
}
