import type { ServerResponse } from 'node:http';
import { MINUTE, SECOND } from '../../domain/time/instant.js';
import { startStopwatch } from '../../platform/stopwatch.js';

/** All in milliseconds. */
export interface StreamTimes {
  /** Proxies cut a connection that is silent for longer; most allow 30 seconds or more. */
  readonly heartbeat: number;
  /** A reader that takes nothing for so long is gone. */
  readonly patience: number;
  /** Keys are checked when a stream begins: a revoked one should not read on for ever. */
  readonly lifetime: number;
  /** For the last bytes to be read. */
  readonly farewell: number;
}

export const STREAM_TIMES: StreamTimes = {
  heartbeat: 15 * SECOND,
  patience: MINUTE,
  lifetime: 30 * MINUTE,
  farewell: 5 * SECOND,
};

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // Otherwise nginx holds the events back until it has a buffer full.
  'x-accel-buffering': 'no',
};

/** An answer of server-sent events. It knows whether its reader keeps up, and holds nothing back for one who does not. */
export class EventStream {
  private readonly sinceOpened = startStopwatch();
  private sinceSent = startStopwatch();
  private isEnding = false;
  private isFull = false;

  constructor(
    private readonly response: ServerResponse,
    private readonly times: StreamTimes = STREAM_TIMES,
  ) {
    // What a broken connection says is said by its close.
    response.on('error', () => undefined);
    response.on('drain', () => {
      this.isFull = false;
    });
    response.writeHead(200, HEADERS);
    this.write(`retry: ${2 * SECOND}\n\n`);
  }

  get isOpen(): boolean {
    return !this.isEnding && !this.response.destroyed && !this.response.writableEnded;
  }

  /** Whether the reader has taken what was sent. */
  get isReady(): boolean {
    return this.isOpen && !this.isFull;
  }

  onClose(listener: () => void): void {
    this.response.once('close', listener);
  }

  send(event: string, data: unknown, id?: number): void {
    const place = id === undefined ? '' : `id: ${id}\n`;
    this.write(`${place}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Keeps a silent connection open, and parts with those that are gone or have been here for long enough. */
  beat(): void {
    const { heartbeat, patience, lifetime } = this.times;
    if (this.isFull && this.sinceSent() > patience) this.response.destroy();
    else if (this.sinceOpened() > lifetime) this.end();
    else if (!this.isFull && this.sinceSent() > heartbeat) this.write(':\n\n');
  }

  /** Ends after what was sent; whoever does not read it is cut off. */
  end(): void {
    if (!this.isOpen) return;
    this.isEnding = true;
    const cut = setTimeout(() => this.response.destroy(), this.times.farewell);
    this.response.once('close', () => clearTimeout(cut));
    this.response.end();
  }

  /** Resolves when the reader has taken what was sent, or the stream is over. */
  async drained(): Promise<void> {
    if (!this.isFull || !this.isOpen) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.response.once('drain', resolve).once('close', resolve);
    await promise;
    this.response.off('drain', resolve).off('close', resolve);
  }

  private write(text: string): void {
    if (!this.isOpen) return;
    this.isFull = !this.response.write(text);
    this.sinceSent = startStopwatch();
  }
}
