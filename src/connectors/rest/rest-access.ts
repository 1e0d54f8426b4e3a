import type { Notice } from '../../ports/connector.js';
import type { Pace } from '../http/pace.js';
import { SourceRefusal } from '../http/refusal.js';
import type { SourceHttp } from '../http/source-http.js';
import type { SourceAnswer } from '../http/source-request.js';
import type { AccessTokens } from '../oauth/access-tokens.js';
import type { TokenGrant } from '../oauth/token-request.js';
import type { RestSource } from './rest-request.js';

export interface AccessSupplies {
  readonly connectionId: string;
  readonly http: SourceHttp;
  readonly tokens: AccessTokens;
  readonly pace: Pace;
  readonly notice?: Notice;
  /** Milliseconds that the source may make us wait; the longest unless given. */
  readonly patience?: number;
}

/** Asks a source as one connection: at its pace, and with a proof of who is asking. */
export class RestAccess {
  private readonly grant?: TokenGrant;

  constructor(
    readonly source: RestSource,
    private readonly supplies: AccessSupplies,
  ) {
    const { auth, credentials } = source;
    if (auth.type !== 'oauth2ClientCredentials') return;
    const { tokenUrl, scope, audience, clientAuth = 'basic' } = auth;
    const { clientId = '', clientSecret = '' } = credentials;
    this.grant = { tokenUrl, scope, audience, clientAuth, clientId, clientSecret };
  }

  /**
   * The answer to a GET, if its status is 2xx. A token that is refused is renewed once. Throws SourceError, or
   * the signal's reason once it aborts.
   */
  async get(url: string, signal: AbortSignal): Promise<SourceAnswer> {
    const { connectionId, tokens } = this.supplies;
    const { grant } = this;
    if (!grant) return this.ask(url, undefined, signal);
    const token = await tokens.tokenFor(connectionId, grant, signal);
    try {
      return await this.ask(url, token, signal);
    } catch (error) {
      if (!(error instanceof SourceRefusal) || error.status !== 401) throw error;
      tokens.discard(connectionId, grant, token);
      return this.ask(url, await tokens.tokenFor(connectionId, grant, signal), signal);
    }
  }

  private ask(url: string, token: string | undefined, signal: AbortSignal): Promise<SourceAnswer> {
    const { http, pace, notice, patience } = this.supplies;
    return http.ask({ ...this.source.request(url, token), signal, pace, notice, patience });
  }
}
