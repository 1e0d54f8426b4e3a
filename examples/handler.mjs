// A handler: your own code as a source of Meridian. It takes a run, reads something, and reports. See README.md.
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';

const { HANDLER_SECRET, MERIDIAN_API_KEY, MERIDIAN_URL = 'http://127.0.0.1:3000', PORT = '4000' } = process.env;
const webhook = new Webhook(HANDLER_SECRET);
class RunLost extends Error {}

// Reports on a run. Whatever has no answer is sent again: the same report is taken once. 409 means the run is gone.
async function report(runId, what, body, attempt = 1) {
  const headers = { authorization: `Bearer ${MERIDIAN_API_KEY}`, 'content-type': 'application/json' };
  const url = `${MERIDIAN_URL}/v1/runs/${runId}/${what}`;
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) }).catch(() => undefined);
  if (answer?.ok) return answer.json();
  if (answer?.status === 409) throw new RunLost(`${runId} is no longer ours.`);
  if (answer && answer.status < 500) throw new Error(`${what} was answered ${answer.status}: ${await answer.text()}`);
  if (attempt === 5) throw new Error(`${what} had no answer.`);
  await pause(attempt * 1_000);
  return report(runId, what, body, attempt + 1);
}

// Your source comes here. This one has an order for every hour, and gives them a thousand at a time.
function readOrders({ start, finish }, page) {
  const hour = 3_600_000;
  const first = Math.ceil(Date.parse(start ?? '2026-01-01') / hour) + page * 1_000;
  const last = Math.min(first + 1_000, Math.ceil(Date.parse(finish) / hour));
  return Array.from({ length: Math.max(0, last - first) }, (_, n) => ({ id: `order-${first + n}` }));
}

async function execute({ runId, token, range, readRange, checkpoint, progress }) {
  let page = checkpoint?.page ?? 0;
  let fetched = progress?.orders?.fetched ?? 0;
  for (;;) {
    const orders = readOrders(readRange ?? range, page);
    if (orders.length === 0) break;
    // Store them in your own database here, then say how far you are: that is the heartbeat as well.
    [page, fetched] = [page + 1, fetched + orders.length];
    const orderCounts = { orders: { fetched, created: fetched } };
    await report(runId, 'progress', { token, models: orderCounts, checkpoint: { page }, message: `Page ${page}.` });
  }
  await report(runId, 'complete', { token, models: { orders: { fetched, created: fetched } } });
  console.log(`${runId} is complete: ${fetched} orders.`);
}

async function take(request, response) {
  let message;
  try {
    message = webhook.verify(Buffer.concat(await Array.fromAsync(request)).toString(), request.headers);
  } catch {
    return response.writeHead(401).end();
  }
  response.writeHead(202).end(); // At once; the work comes afterwards.
  if (message.type !== 'sync.run.start') return undefined;
  const { runId, token } = message.data;
  const fail = (error) => report(runId, 'fail', { token, errorMessage: error.message });
  const stop = (error) => console.log(`${runId} stopped: ${error.message}`);
  return execute(message.data).catch((error) => (error instanceof RunLost ? stop(error) : fail(error).catch(stop)));
}
createServer((...both) => void take(...both)).listen(Number(PORT), () => console.log('The handler is ready.'));
