import { request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { eventually } from './eventually.js';
import { schemaProblems } from './contract.js';
import type { TestClient, World } from './world.js';

export interface ServerEvent {
  readonly event: string;
  readonly id?: string;
  // The contract has checked its shape.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly data: any;
}

const schemas: Readonly<Record<string, string>> = { log: 'RunLogLine', progress: 'RunProgress', end: 'RunEnd' };

/** A reader of a stream of server-sent events; every event is held against the contract. */
export class EventReader {
  readonly events: ServerEvent[] = [];
  comments = 0;
  isOver = false;
  /** Whether the answer came to its proper end, rather than being cut off. */
  isWhole = false;
  private rest = '';

  constructor(readonly response: IncomingMessage) {
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.take(text));
    response.on('error', () => undefined);
    response.on('close', () => {
      this.isOver = true;
      this.isWhole = response.complete;
    });
  }

  get messages(): readonly string[] {
    return this.events.filter(({ event }) => event === 'log').map(({ data }) => String(data.message));
  }

  /** Waits for an event that the caller wants. */
  async event(wanted: (event: ServerEvent) => boolean, what: string): Promise<ServerEvent> {
    return eventually(() => this.events.find(wanted), { what });
  }

  line(part: string): Promise<ServerEvent> {
    return this.event(({ data }) => String(data.message).includes(part), `a line with “${part}”`);
  }

  async over(): Promise<void> {
    await eventually(() => this.isOver, { what: 'the end of the stream' });
  }

  close(): void {
    this.response.destroy();
  }

  private take(text: string): void {
    const blocks = (this.rest + text).split('\n\n');
    this.rest = blocks.pop() ?? '';
    for (const block of blocks) this.read(block);
  }

  private read(block: string): void {
    const fields = new Map(block.split('\n').map((line) => [line.split(':', 1)[0], line.replace(/^\w*: ?/, '')]));
    if (fields.has('')) this.comments += 1;
    const [event, data] = [fields.get('event'), fields.get('data')];
    if (event === undefined || data === undefined) return;
    const parsed = JSON.parse(data) as unknown;
    const problems = schemaProblems(['components', 'schemas', schemas[event] ?? 'unknown'], parsed);
    if (problems.length > 0) throw new Error(`event ${event} against the contract: ${problems.join('; ')} ${data}`);
    this.events.push({ event, data: parsed, ...(fields.has('id') ? { id: fields.get('id') } : {}) });
  }
}

/** Opens a stream of the log of a run. */
export async function follow(
  { baseUrl }: World,
  { apiKey }: TestClient,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<EventReader> {
  const asked = request(`${baseUrl}${path}`, {
    agent: false,
    headers: { authorization: `Bearer ${apiKey}`, accept: 'text/event-stream', ...headers },
  });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`no stream: ${response.statusCode}`);
  return new EventReader(response);
}
