import type { FlowState, RunOutcome } from '../api/contract.js';
import type { TextKey } from '../i18n/words.js';
import type { Shape } from './icon.js';

export type Tone = 'ok' | 'warn' | 'bad' | 'calm' | 'accent';

interface Look {
  readonly shape: Shape;
  readonly tone: Tone;
  readonly key: TextKey;
}

/** Colour, shape and word of every state: none of them stands alone. */
export const STATES: Readonly<Record<FlowState, Look>> = {
  not_started: { shape: 'ring', tone: 'calm', key: 'flow.status.not_started' },
  on_schedule: { shape: 'dot', tone: 'ok', key: 'flow.status.on_schedule' },
  running: { shape: 'half', tone: 'accent', key: 'flow.status.running' },
  catching_up: { shape: 'play', tone: 'accent', key: 'flow.status.catching_up' },
  late: { shape: 'quarter', tone: 'warn', key: 'flow.status.late' },
  stalled: { shape: 'half', tone: 'bad', key: 'flow.status.stalled' },
  needs_action: { shape: 'triangle', tone: 'bad', key: 'flow.status.needs_action' },
  paused: { shape: 'bars', tone: 'calm', key: 'flow.status.paused' },
};

export const OUTCOMES: Readonly<Record<RunOutcome, Look>> = {
  synced: { shape: 'dot', tone: 'ok', key: 'flow.status.synced' },
  no_new_data: { shape: 'ring', tone: 'ok', key: 'flow.status.no_new_data' },
  failed: { shape: 'cross', tone: 'bad', key: 'flow.status.failed' },
  retried: { shape: 'retry', tone: 'ok', key: 'flow.status.retried' },
  running: { shape: 'half', tone: 'accent', key: 'flow.status.runningNow' },
  planned: { shape: 'ring', tone: 'calm', key: 'flow.status.planned' },
};
