import { LRUCache } from 'lru-cache';
import { MINUTE } from '../../domain/time/instant.js';
import { fingerprint } from '../fingerprint.js';
import { abortable } from '../http/abortable.js';
import type { SourceHttp } from '../http/source-http.js';
import { accessTokenOf, tokenRequest, type TokenGrant } from './token-request.js';

/** A token is put away this much before it expires, or a tenth of its lifetime where that is less. */
const MARGIN = MINUTE;
const MOST_TOKENS = 5_000;

/**
 * The access tokens of this process, in memory only. Each is kept until shortly before it expires, and asked
 * for once however many runs wait for it.
 */
export class AccessTokens {
  private readonly tokens: LRUCache<string, string, TokenGrant>;

  /** `perf` measures lifetimes, in milliseconds that only ever rise. */
  constructor(http: SourceHttp, perf?: { readonly now: () => number }) {
    this.tokens = new LRUCache<string, string, TokenGrant>({
      max: MOST_TOKENS,
      ttl: 1,
      ttlResolution: 0,
      perf,
      // The request belongs to all who wait for it: none of them can cancel it.
      ignoreFetchAbort: true,
      fetchMethod: async (_key, _stale, { context, options }) => {
        const token = accessTokenOf(await http.ask(tokenRequest(context, new AbortController().signal)));
        // 0 would keep it for ever.
        options.ttl = Math.max(1, token.lifetime - Math.min(MARGIN, token.lifetime / 10));
        return token.value;
      },
    });
  }

  /**
   * The token for a connection. Other credentials, scope or endpoint are another token. Throws SourceError,
   * or the signal's reason once it aborts.
   */
  tokenFor(connectionId: string, grant: TokenGrant, signal: AbortSignal): Promise<string> {
    return abortable(this.tokens.forceFetch(fingerprint(connectionId, grant), { context: grant }), signal);
  }

  /** Forgets a token that was refused, unless another has taken its place already. */
  discard(connectionId: string, grant: TokenGrant, refused: string): void {
    const key = fingerprint(connectionId, grant);
    if (this.tokens.get(key) === refused) this.tokens.delete(key);
  }
}
