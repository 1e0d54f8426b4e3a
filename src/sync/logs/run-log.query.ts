import { IsIn } from 'class-validator';
import { LOG_LEVELS, type LogLevel } from '../../domain/run/log-level.js';
import { Omittable, PageQuery, Text } from '../../platform/validation.js';

export class RunLogQuery extends PageQuery {
  @Omittable()
  @IsIn(LOG_LEVELS)
  readonly level?: LogLevel;

  @Omittable()
  @Text({ max: 100 })
  readonly model?: string;
}
