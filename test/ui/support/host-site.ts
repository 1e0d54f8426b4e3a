import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** The page of a SaaS: its own HTML, its own script, its own rules. */
export interface HostPage {
  readonly body: string;
  readonly script?: string;
  readonly css?: string;
  readonly lang?: string;
  readonly dir?: 'ltr' | 'rtl';
  /** In the place of the strict policy. */
  readonly csp?: string;
  /** Scripts of the product, by name; `[]` where the page brings the element in its own. */
  readonly embeds?: readonly string[];
}

/** What a page needs of the product, and nothing else: no inline code, no inline style, no Trusted Types policy. */
const strictPolicy = (product: string): string =>
  `default-src 'none'; script-src 'self' ${product}; style-src 'self'; connect-src 'self' ${product}; ` +
  `require-trusted-types-for 'script'; trusted-types 'none'`;

/** The site of a SaaS on an origin of its own. `/token` is its back end, which asks the product for a session. */
export class HostSite {
  private readonly pages = new Map<string, HostPage>();
  private readonly server: Server;
  /** Answers a new token. */
  openSession: () => Promise<string> = () => Promise.reject(new Error('no session'));
  /** How often the page asked for a token. */
  tokensGiven = 0;

  private constructor(private readonly product: string) {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  static async start(product: string): Promise<HostSite> {
    const site = new HostSite(product);
    site.server.listen(0, '127.0.0.1');
    await once(site.server, 'listening');
    return site;
  }

  get origin(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('The site is not listening.');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Answers the address. */
  put(name: string, page: HostPage): string {
    this.pages.set(name, page);
    return `${this.origin}/${name}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async answer({ url = '/' }: IncomingMessage, response: ServerResponse): Promise<void> {
    if (url === '/token') return this.answerToken(response);
    const [name = '', extension = 'html'] = new URL(url, this.origin).pathname.slice(1).split('.');
    const page = this.pages.get(name);
    if (page === undefined) return void response.writeHead(404).end();
    const [type, text] = {
      html: ['text/html; charset=utf-8', this.html(name, page)] as const,
      js: ['text/javascript; charset=utf-8', page.script ?? ''] as const,
      css: ['text/css; charset=utf-8', page.css ?? ''] as const,
    }[extension] ?? ['text/plain', ''];
    response.writeHead(200, {
      'content-type': type,
      'content-security-policy': page.csp ?? strictPolicy(this.product),
    });
    response.end(text);
  }

  private async answerToken(response: ServerResponse): Promise<void> {
    this.tokensGiven += 1;
    const token = await this.openSession();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token }));
  }

  private html(name: string, { body, lang = 'en-GB', dir = 'ltr', embeds = ['sync-flow.js'] }: HostPage): string {
    const scripts = embeds.map(
      (script) => `<script type="module" src="${this.product}/embed/0/${script}" crossorigin="anonymous"></script>\n`,
    );
    return `<!doctype html>
<html lang="${lang}" dir="${dir}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Acme POS</title>
<link rel="stylesheet" href="/${name}.css">
${scripts.join('')}<script type="module" src="/${name}.js"></script>
</head>
<body>${body}</body>
</html>
`;
  }
}
