import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { EventStream, STREAM_TIMES, type StreamTimes } from '../../src/sync/logs/event-stream.js';
import { EventReader } from '../support/event-reader.js';
import { eventually } from '../support/eventually.js';
import { close, listen } from '../support/list-source.js';

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(close));
});

/** A stream, and the answer that its reader gets of it. */
async function opened(times: Partial<StreamTimes> = {}): Promise<{ stream: EventStream; answer: IncomingMessage }> {
  const streams: EventStream[] = [];
  const server = createServer((_, response: ServerResponse) =>
    streams.push(new EventStream(response, { ...STREAM_TIMES, ...times })),
  );
  servers.push(server);
  const asked = request(await listen(server), { agent: false });
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  const [stream] = streams;
  if (!stream) throw new Error('no stream');
  return { stream, answer };
}

const log = { sequence: 7, at: '2022-07-13T23:00:00.000Z', level: 'info', model: null, message: 'a\nb', data: null };

describe('a stream of events', () => {
  it('gives events with their ids, whatever is in them', async () => {
    const { stream, answer } = await opened();
    const reader = new EventReader(answer);
    stream.send('log', log, 7);
    stream.send('progress', {});
    stream.end();
    await reader.over();
    expect(reader.events).toEqual([
      { event: 'log', id: '7', data: log },
      { event: 'progress', data: {} },
    ]);
    expect(reader.isWhole).toBe(true);
  });

  it('is kept open by a comment when it has been silent, and by none when it has not', async () => {
    const { stream, answer } = await opened({ heartbeat: -1 });
    const reader = new EventReader(answer);
    stream.beat();
    await eventually(() => reader.comments === 1, { what: 'a comment' });
    const busy = await opened();
    busy.stream.beat();
    busy.stream.end();
    const other = new EventReader(busy.answer);
    await other.over();
    expect(other.comments).toBe(0);
  });

  it('ends when it has lived for long enough', async () => {
    const { stream, answer } = await opened({ lifetime: -1 });
    const reader = new EventReader(answer);
    stream.beat();
    await reader.over();
    expect(reader.isWhole).toBe(true);
  });

  it('is ready again when its reader has taken what was sent, and not before', async () => {
    const { stream, answer } = await opened();
    while (stream.isReady) stream.send('log', { ...log, message: 'x'.repeat(100_000) });
    expect(stream.isOpen).toBe(true);
    const drained = stream.drained();
    answer.resume();
    await drained;
    expect(stream.isReady).toBe(true);
  });

  it('is cut off where its reader takes nothing, and lets go of whoever waits for it', async () => {
    const { stream, answer } = await opened({ patience: -1 });
    answer.on('error', () => undefined);
    while (stream.isReady) stream.send('log', { ...log, message: 'x'.repeat(100_000) });
    const drained = stream.drained();
    stream.beat();
    await drained;
    expect(stream.isOpen).toBe(false);
  });

  it('that has ended is cut off where its reader does not take the rest', async () => {
    const { stream, answer } = await opened({ farewell: 1 });
    answer.on('error', () => undefined);
    while (stream.isReady) stream.send('log', { ...log, message: 'x'.repeat(100_000) });
    const gone = Promise.withResolvers<void>();
    stream.onClose(gone.resolve);
    stream.end();
    await gone.promise;
  });

  it('takes nothing more once it is over, and does not mind', async () => {
    const { stream, answer } = await opened();
    const reader = new EventReader(answer);
    stream.end();
    stream.end();
    stream.send('progress', {});
    stream.beat();
    await reader.over();
    expect(reader.events).toEqual([]);
    const left = await opened();
    left.answer.destroy();
    await eventually(() => !left.stream.isOpen, { what: 'the reader is gone' });
    left.stream.send('progress', {});
    left.stream.beat();
  });
});
