import { Module, type DynamicModule } from '@nestjs/common';
import type { Config } from '../platform/config.js';
import { LoadController } from './load.controller.js';
import { NotePool } from './note-pool.js';
import { ReadLoad } from './read-load.js';

/** What the operator sees: read in an api process, noted by a dispatcher. */
@Module({})
export class ConsoleModule {
  static for({ roles }: Config): DynamicModule {
    return {
      module: ConsoleModule,
      controllers: roles.has('api') ? [LoadController] : [],
      providers: [...(roles.has('api') ? [ReadLoad] : []), ...(roles.has('dispatcher') ? [NotePool] : [])],
    };
  }
}
