/** How much a log line matters, least first. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** A level and those above it. */
export const levelsFrom = (level: LogLevel): readonly LogLevel[] => LOG_LEVELS.slice(LOG_LEVELS.indexOf(level));
