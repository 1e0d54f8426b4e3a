import { afterAll, beforeAll, expect, it } from 'vitest';
import { startEdgeApp, type EdgeApp } from '../support/edge-app.js';
import { rawRequest } from '../support/raw-http.js';

let edge: EdgeApp;
beforeAll(async () => {
  edge = await startEdgeApp({ requestTimeout: 200 });
});
afterAll(() => edge.close());

it('an answer may take much longer than a request', async () => {
  const gate = Promise.withResolvers<void>();
  edge.holdUntil(gate.promise);
  const answer = await fetch(`${edge.baseUrl}/v1/runs/run_1/logs`, { headers: { authorization: 'Bearer a_1' } });
  // A request whose headers do not come to an end is cut off meanwhile: the edge's clock has been at work.
  const slow = await rawRequest(edge.baseUrl, 'GET /v1/companies HTTP/1.1\r\nhost: x\r\n');
  expect(slow.status).toBe(408);
  gate.resolve();
  expect([answer.status, await answer.text()]).toEqual([200, 'begun and done']);
});
