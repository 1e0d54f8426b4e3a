import { expect, it } from 'vitest';
import { createdMessage } from '../../../src/domain/run/created-message.js';
import { at } from '../schedule/schedules.js';

const range = { start: at('2022-04-30T23:00Z'), finish: at('2022-07-13T23:00Z') };
const span = 'from 2022-04-30T23:00:00.000Z to 2022-07-13T23:00:00.000Z.';
const actor = { keyId: 'key_1' };

it.each([
  [{ trigger: 'schedule', range }, `Created by the schedule: ${span}`],
  [{ trigger: 'retry', range, attempt: 3 }, `Created to try again, attempt 3: ${span}`],
  [{ trigger: 'latest', range, actor }, `Asked for by key_1 (latest): ${span}`],
  [
    { trigger: 'full', range: { finish: range.finish }, actor },
    'Asked for by key_1 (full): everything up to 2022-07-13T23:00:00.000Z.',
  ],
  [{ trigger: 'install', range, actor }, `Created with the connection by key_1: ${span}`],
  [
    {
      trigger: 'range',
      range,
      actor,
      models: ['orders', 'products'],
      filter: {
        since: { at: at('2022-06-01T00:00Z'), by: 'created_at' as const },
        last: { count: 10, by: 'updated_at' as const },
      },
      force: true,
      rerunOf: 'run_1',
      causedBy: 'run_2',
      reason: 'Price list corrected',
    },
    `Asked for by key_1 (range): ${span} Only orders, products. ` +
      'Only records with created_at from 2022-06-01T00:00:00.000Z on. Only the newest 10 of each model by updated_at. ' +
      'Unchanged records are written and announced again. It repeats run_1. It was caused by run_2. Reason: Price list corrected',
  ],
])('a run tells by whom it was created and what it reads: $0.trigger', (run, message) => {
  expect(createdMessage({ attempt: 1, ...run })).toBe(message);
});
