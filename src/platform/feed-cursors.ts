import { Injectable } from '@nestjs/common';
import { Cursors } from './cursors.js';

/** The change feed of a connection as cursors know it; a model's own feed is another list. */
export const feedName = (connectionId: string, model?: string): string =>
  `records of ${connectionId} ${JSON.stringify(model ?? null)}`;

/** Cursors of change feeds, for those who announce that there is something to read. */
@Injectable()
export class FeedCursors {
  constructor(private readonly cursors: Cursors) {}

  /** Reads what has a higher number than `sequence`. */
  after(clientId: string, connectionId: string, sequence: number): string {
    return this.cursors.after(clientId, feedName(connectionId), String(sequence));
  }
}
