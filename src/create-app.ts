import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module.js';
import type { Config } from './platform/config.js';
import { installHttpEdge } from './platform/http-edge.js';
import { builtFolder } from './sync-flow/embed-files.js';
import { keepBuild } from './sync-flow/kept-builds.js';
import type { OpenStorage } from './storage/storage.module.js';

/** The application on an open storage, not yet listening. Throws ConfigError where EMBED_DIR holds another build of its version. */
export async function createApp(config: Config, storage: OpenStorage): Promise<NestExpressApplication> {
  keepEmbed(config);
  const app = await NestFactory.create<NestExpressApplication>(AppModule.for(config, storage), {
    bodyParser: false,
    // What Nest says while it puts itself together interests nobody who runs the product.
    logger: ['error', 'fatal'],
  });
  app.useLogger(app.get(Logger));
  installHttpEdge(app);
  return app;
}

/** Pages may load what they pin before this process has served it to anybody else. */
function keepEmbed({ embedDir, roles }: Config): void {
  const build = builtFolder();
  if (embedDir !== undefined && build !== undefined && roles.has('api')) keepBuild(build, embedDir);
}
