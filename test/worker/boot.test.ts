import { afterAll, beforeAll, expect, it } from 'vitest';
import { startProcess } from '../support/processes.js';
import { startWorld, type World } from '../support/world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld({ outboundAllow: ['http://127.0.0.1:4000', 'http://localhost:4001'] });
});
afterAll(() => world.close());

it('a process says at its start which origins it may call although they are not public', async () => {
  const started = await startProcess({ ...world.env, ROLES: 'worker', PORT: '0' });
  const said = started.output().split('\n');
  started.kill('SIGTERM');
  expect(await started.exited).toBe(0);
  expect(said.filter((line) => line.startsWith('OUTBOUND_ALLOW'))).toEqual([
    'OUTBOUND_ALLOW: http://127.0.0.1:4000 may be called although it is not public',
    'OUTBOUND_ALLOW: http://localhost:4001 may be called although it is not public',
  ]);
});
