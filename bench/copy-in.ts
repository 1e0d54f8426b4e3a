import type { Client, Connection, Submittable } from 'pg';

/** `copy … from stdin` with text that is there already. */
class CopyIn implements Submittable {
  readonly done: Promise<void>;
  private resolve: () => void = () => undefined;
  private reject: (error: Error) => void = () => undefined;
  private error?: Error;

  constructor(
    private readonly sql: string,
    private readonly text: Buffer,
  ) {
    this.done = new Promise((resolve, reject) => Object.assign(this, { resolve, reject }));
  }

  submit(connection: Connection): void {
    connection.query(this.sql);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(this.text);
    connection.endCopyFrom();
  }

  handleError(error: Error): void {
    this.error = error;
    this.reject(error);
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    if (!this.error) this.resolve();
  }
}

interface CopyConnection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** Copies rows in text format into a table. */
export function copyIn(client: Client, target: string, text: string): Promise<void> {
  return client.query(new CopyIn(`copy ${target} from stdin`, Buffer.from(text))).done;
}

/** A field of the text format of `copy`. */
export const copyField = (text: string): string =>
  /[\\\t\n\r]/.test(text) ? text.replace(/[\\\t\n\r]/g, (char) => ESCAPES[char] ?? char) : text;

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
