import type { ConnectorConnection } from '../../ports/connector.js';
import { sourceFailure } from '../source-failure.js';
import { authOf, type RestAuth, type RestCredentials, type RestSettings } from './rest-settings.js';
import { RestVariables } from './rest-variables.js';

/** What one request needs besides its method. */
export interface RestRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A source as one connection reaches it: where it is and how requests prove who is asking. */
export class RestSource {
  readonly auth: RestAuth;
  readonly variables: RestVariables;
  readonly credentials: RestCredentials;
  private readonly base: URL;

  constructor(
    readonly settings: RestSettings,
    { credentials, variables }: Pick<ConnectorConnection, 'credentials' | 'variables'>,
  ) {
    this.base = new URL(settings.baseUrl);
    this.auth = authOf(settings.auth, credentials);
    this.credentials = credentials;
    this.variables = new RestVariables(variables);
  }

  /** The URL of a path below the base URL. */
  urlOf(path: string, query: Readonly<Record<string, string>>): string {
    const url = new URL(this.base);
    url.pathname = `${url.pathname.replace(/\/$/, '')}/${this.variables.path(path).replace(/^\//, '')}`;
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url.href;
  }

  /**
   * A URL that the source gave for the next page. Only of the same origin: the credentials are sent there.
   * An API behind a TLS proxy may call itself http; it is meant by https.
   */
  linked(link: string, from: string): string {
    const url = URL.canParse(link, from) ? new URL(link, from) : undefined;
    if (url?.protocol === 'http:' && this.base.protocol === 'https:' && url.port === '' && this.base.port === '') {
      url.protocol = 'https:';
    }
    if (url?.origin === this.base.origin && url.username === '' && url.password === '') return url.href;
    throw sourceFailure('blocked_redirect', 'The link to the next page leads away from the source.');
  }

  /** A request for a URL; `token` is the one of an OAuth 2 connection. */
  request(url: string, token: string | undefined): RestRequest {
    const keyed = new URL(url);
    if (this.auth.type === 'query') keyed.searchParams.set(this.auth.name, this.credentials.value ?? '');
    const headers = this.variables.headers(this.settings.headers);
    return { url: keyed.href, headers: { accept: 'application/json', ...headers, ...this.proof(token) } };
  }

  private proof(accessToken = ''): Readonly<Record<string, string>> {
    const { token = '', username = '', password = '', value = '' } = this.credentials;
    switch (this.auth.type) {
      case 'bearer':
        return { authorization: `Bearer ${token}` };
      case 'oauth2ClientCredentials':
        return { authorization: `Bearer ${accessToken}` };
      case 'basic':
        return { authorization: `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}` };
      case 'header':
        return { [this.auth.name]: value };
      case 'query':
      case 'none':
        return {};
    }
  }
}
