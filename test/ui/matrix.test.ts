import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookAt } from './support/looks.js';
import { startRunningStage, type RunningStage } from './support/run-states.js';
import { SETUP_STATES } from './support/setup-states.js';
import { Stage } from './support/stage.js';
import { STATUS_STATES } from './support/status-states.js';

describe('in light and dark, in both directions, at every width, nothing is wrong with', () => {
  const states = { ...SETUP_STATES, ...STATUS_STATES };
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.set();
  });
  afterAll(() => stage.close());

  it.each(Object.entries(states))('%s', async (name, reach) => {
    const page = await reach(stage);
    expect(await lookAt(page, name)).toEqual([]);
    await page.context().close();
  });
});

describe('while syncs run, nothing is wrong with the status', () => {
  // First what ends by itself once a source has kept a run waiting for long enough.
  const STATES = ['Catching up', 'Syncing now', 'On schedule', 'Needs attention'] as const;
  let running: RunningStage | undefined;
  beforeAll(async () => {
    running = await startRunningStage();
  });
  afterAll(() => running?.close());

  it.each(STATES)('%s', async (state) => {
    if (running === undefined) throw new Error('Nothing runs.');
    const { stage, at, shops } = running;
    const page = await stage.visit({ at, shop: shops[state] });
    await page.locator('.summary .state').getByText(state, { exact: true }).waitFor();
    expect(await lookAt(page, `status-${state.toLowerCase().replaceAll(' ', '-')}`)).toEqual([]);
    await page.context().close();
  });
});
