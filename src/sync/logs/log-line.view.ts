import { toIso } from '../../domain/time/instant.js';
import type { KeptLine } from '../../ports/run-log.js';

/** A log line as the API answers it. */
export const logLineView = ({ sequence, at, level, model, message, data }: KeptLine) => ({
  sequence,
  at: toIso(at),
  level,
  model: model ?? null,
  message,
  data: data ?? null,
});
