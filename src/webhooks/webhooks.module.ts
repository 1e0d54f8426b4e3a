import { Module, type DynamicModule } from '@nestjs/common';
import type { Config } from '../platform/config.js';
import { AttemptLog } from './delivery/attempt-log.js';
import { DeliveryDatabase } from './delivery/delivery-database.js';
import { DeliveryPolicy } from './delivery/delivery-policy.js';
import { DeliveryUpkeepTicks } from './delivery/delivery-upkeep.js';
import { DeliveryWorker } from './delivery/delivery-worker.js';
import { MessageSender } from './delivery/message-sender.js';
import { EndpointActionsController } from './endpoint-actions.controller.js';
import { EndpointVault } from './endpoint-secrets.js';
import { EndpointsController } from './endpoints.controller.js';
import { Endpoints } from './endpoints.js';
import { MessagesController } from './messages.controller.js';
import { Messages } from './messages.js';
import { SendAgain } from './send-again.js';
import { TestEndpoint } from './test-endpoint.js';

/** Telling clients by signed webhook: the routes in an api process, the sending in a worker. */
@Module({})
export class WebhooksModule {
  static for({ roles }: Config): DynamicModule {
    return {
      module: WebhooksModule,
      controllers: roles.has('api') ? [EndpointsController, EndpointActionsController, MessagesController] : [],
      providers: [
        EndpointVault,
        DeliveryPolicy,
        MessageSender,
        ...(roles.has('api') ? [Endpoints, Messages, SendAgain, TestEndpoint] : []),
        ...(roles.has('worker') ? [AttemptLog, DeliveryDatabase, DeliveryWorker, DeliveryUpkeepTicks] : []),
      ],
    };
  }
}
