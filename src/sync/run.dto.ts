import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { PageQuery } from '../platform/validation.js';
import type { RunState, RunTrigger } from '../ports/runs.js';

const states: readonly RunState[] = ['created', 'running', 'completed', 'errored', 'aborted'];
const triggers: readonly RunTrigger[] = ['schedule', 'latest', 'range', 'full', 'retry', 'bulk', 'flow', 'install'];

export class SyncRunQuery extends PageQuery {
  @IsOptional()
  @IsIn(states)
  readonly state?: RunState;

  @IsOptional()
  @IsIn(triggers)
  readonly trigger?: RunTrigger;
}

export class RunQuery extends SyncRunQuery {
  @IsOptional()
  @IsString()
  @MaxLength(64)
  readonly companyId?: string;

  @IsOptional()
  @IsString()
  @MaxLength(64)
  readonly connectionId?: string;

  @IsOptional()
  @IsString()
  @MaxLength(64)
  readonly syncId?: string;
}
