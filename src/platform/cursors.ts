import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DomainError } from '../domain/problem.js';
import type { Page, PageRequest } from '../ports/page.js';
import { Config } from './config.js';
import type { PageQuery } from './validation.js';

/** Enough that no cursor is ever guessed; short enough for a URL. */
const MAC_BYTES = 16;

export interface ListAnswer<T> {
  readonly data: readonly T[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

/**
 * Cursors of lists: opaque, and signed together with the client and the list they were given for, so that
 * a cursor made up, of another client or of another list is refused.
 */
@Injectable()
export class Cursors {
  private readonly keys: readonly Buffer[];

  /** Signed with the first encryption key; all are accepted, so that a rotation breaks no list being read. */
  constructor(config: Config) {
    this.keys = config.encryptionKeys.map(({ key }) => Buffer.from(hkdfSync('sha256', key, '', 'list cursors', 32)));
  }

  /**
   * The page that a query asks for. `listName` names the list and whatever it is filtered by, e.g.
   * `syncs of con_… in active`. Throws 400 invalid_cursor.
   */
  request(clientId: string, listName: string, { limit, cursor }: PageQuery): PageRequest {
    return cursor === undefined ? { limit } : { limit, after: this.open(clientId, listName, cursor) };
  }

  /** A page as lists answer it. */
  answer<T, V>(clientId: string, listName: string, page: Page<T>, view: (item: T) => V): ListAnswer<V> {
    const { nextAfter } = page;
    const nextCursor = nextAfter === undefined ? null : this.seal(clientId, listName, nextAfter);
    return { data: page.data.map((item) => view(item)), nextCursor };
  }

  /** The cursor of the page that begins after an item. */
  after(clientId: string, listName: string, item: string): string {
    return this.seal(clientId, listName, item);
  }

  private seal(clientId: string, listName: string, after: string): string {
    const [key = Buffer.alloc(0)] = this.keys;
    const mac = macOf(key, [clientId, listName, after]);
    return Buffer.concat([mac, Buffer.from(after, 'utf8')]).toString('base64url');
  }

  private open(clientId: string, listName: string, cursor: string): string {
    const bytes = Buffer.from(cursor, 'base64url');
    const after = bytes.subarray(MAC_BYTES).toString('utf8');
    const given = bytes.subarray(0, MAC_BYTES);
    const isOurs = (key: Buffer) => timingSafeEqual(given, macOf(key, [clientId, listName, after]));
    // The text is compared too: base64url decoding skips what does not belong.
    const isWhole = given.length === MAC_BYTES && bytes.toString('base64url') === cursor;
    if (isWhole && this.keys.some(isOurs)) return after;
    throw new DomainError({
      code: 'invalid_cursor',
      status: 'malformed',
      message: 'The cursor was not given for this list. Pass nextCursor as it was answered, with the same filters.',
      details: { parameter: 'cursor' },
    });
  }
}

const macOf = (key: Buffer, parts: readonly string[]): Buffer =>
  createHmac('sha256', key).update(JSON.stringify(parts)).digest().subarray(0, MAC_BYTES);
