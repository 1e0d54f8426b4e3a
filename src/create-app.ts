import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module.js';
import type { Config } from './platform/config.js';
import { installHttpEdge } from './platform/http-edge.js';
import type { OpenStorage } from './storage/storage.module.js';

/** The application on an open storage, not yet listening. */
export async function createApp(config: Config, storage: OpenStorage): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.for(config, storage), {
    bodyParser: false,
    // What Nest says while it puts itself together interests nobody who runs the product.
    logger: ['error', 'fatal'],
  });
  app.useLogger(app.get(Logger));
  installHttpEdge(app);
  return app;
}
