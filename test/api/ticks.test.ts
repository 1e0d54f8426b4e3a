import { SchedulerRegistry } from '@nestjs/schedule';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DatabaseUnavailable } from '../../src/domain/database-unavailable.js';
import { Ticks } from '../../src/platform/ticks.js';
import { eventually } from '../support/eventually.js';

let ticks: Ticks;
const logged: string[] = [];
const keep =
  (level: string) =>
  (...said: readonly unknown[]): void => {
    logged.push(`${level} ${said.map((part) => (typeof part === 'string' ? part : '')).join(' ')}`);
  };

beforeEach(() => {
  logged.length = 0;
  Logger.overrideLogger({ log: keep('log'), warn: keep('warn'), error: keep('error') });
  ticks = new Ticks(new SchedulerRegistry());
});
afterEach(async () => {
  await ticks.beforeApplicationShutdown();
  Logger.overrideLogger(false);
});

describe('a tick', () => {
  it('begins at once, and again and again', async () => {
    let turns = 0;
    ticks.every('count', 10, async () => {
      turns += 1;
    });
    expect(turns).toBe(0);
    ticks.onApplicationBootstrap();
    expect(turns).toBe(1);
    await eventually(() => turns > 3);
  });

  it('never overlaps itself', async () => {
    let running = 0;
    let most = 0;
    let turns = 0;
    ticks.every('slow', 5, async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((done) => setTimeout(done, 30));
      running -= 1;
      turns += 1;
    });
    ticks.onApplicationBootstrap();
    await eventually(() => turns > 2);
    expect(most).toBe(1);
  });

  it('goes on after an error, which is logged with its name', async () => {
    let turns = 0;
    ticks.every('faulty', 5, async () => {
      turns += 1;
      throw new Error('broken');
    });
    ticks.onApplicationBootstrap();
    await eventually(() => turns > 2);
    expect(logged[0]).toMatch(/^error .*faulty/);
  });

  it('says an outage of the database once, and its end', async () => {
    let turns = 0;
    let isDown = true;
    ticks.every('busy', 5, async () => {
      turns += 1;
      if (isDown) throw new DatabaseUnavailable();
    });
    ticks.onApplicationBootstrap();
    await eventually(() => turns > 5);
    isDown = false;
    await eventually(() => logged.length === 2);
    expect(logged).toEqual([expect.stringMatching(/^warn .*cannot be reached/), expect.stringMatching(/^log .*back/)]);
  });

  it('is told to stop at a shutdown, which waits for it', async () => {
    let ended = false;
    ticks.every('draining', 5, async (signal) => {
      await new Promise((done) => signal.addEventListener('abort', done));
      ended = true;
    });
    ticks.onApplicationBootstrap();
    await ticks.beforeApplicationShutdown();
    expect(ended).toBe(true);
  });
});
