import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AdminController } from './admin.controller.js';
import { ApiKeyAuthenticator } from './api-key-authenticator.js';
import { ApiKeyGuard } from './api-key.guard.js';
import { ApiKeys } from './api-keys.js';
import { ClientController } from './client.controller.js';
import { ClientSettings } from './client-settings.js';
import { Clients } from './clients.js';
import { Companies } from './companies.js';
import { CompaniesController } from './companies.controller.js';
import { CompanyConnectionsController } from './company-connections.controller.js';
import { ConnectionCredentials } from './connection-credentials.js';
import { Connections } from './connections.js';
import { ConnectionsController } from './connections.controller.js';
import { LinkConnection } from './link-connection.js';
import { PlatformsController } from './platforms.controller.js';
import { TestConnection } from './test-connection.js';

/** Clients, their keys, companies and connections, and the guard before every route. */
@Module({
  controllers: [
    AdminController,
    ClientController,
    CompaniesController,
    PlatformsController,
    CompanyConnectionsController,
    ConnectionsController,
  ],
  providers: [
    { provide: APP_GUARD, useClass: ApiKeyGuard },
    ApiKeyAuthenticator,
    Clients,
    ApiKeys,
    ClientSettings,
    Companies,
    ConnectionCredentials,
    Connections,
    LinkConnection,
    TestConnection,
  ],
})
export class TenancyModule {}
