import { Global, Module } from '@nestjs/common';
import { Outbound } from '../platform/outbound/outbound.js';
import { Clock } from '../ports/clock.js';
import { ConnectorRegistry } from '../ports/connector.js';
import { StaticConnectorRegistry } from './registry.js';
import { HandlerConnector } from './handler/handler.connector.js';
import { RestConnector } from './rest/rest.connector.js';
import { SampleConnector } from './sample/sample.connector.js';
import { SourceHttp } from './http/source-http.js';

/** Binds the registry. A new platform is a new connector in this list. */
@Global()
@Module({
  providers: [
    {
      provide: ConnectorRegistry,
      inject: [Outbound, Clock],
      useFactory: (outbound: Outbound, clock: Clock) => {
        const http = new SourceHttp(outbound, clock);
        return new StaticConnectorRegistry([
          new RestConnector(outbound, http),
          new SampleConnector(outbound, http),
          new HandlerConnector(outbound, clock),
        ]);
      },
    },
  ],
  exports: [ConnectorRegistry],
})
export class ConnectorsModule {}
