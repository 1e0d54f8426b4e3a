import type { Request, RequestHandler, Response } from 'express';
import type { SaasBackend } from './saas-backend.js';
import { saasHeaders, saasPage, type SaasPageParts } from './saas-page.js';
import { answersTo, WRONG_HOST } from './saas-host.js';
import { SAAS_ICON } from './saas-icon.js';
import { SAAS_SCRIPT } from './saas-script.js';
import { SAAS_STYLE } from './saas-style.js';

/** What the routes stand on; there from the moment that the demo's data is. */
export interface Saas {
  readonly backend: SaasBackend;
  readonly parts: SaasPageParts;
}

/** Our own origin where it is set: tokens are for a page of that one. */
type PublicUrl = string | undefined;
type Route = (saas: Saas & { readonly publicUrl: PublicUrl }, response: Response) => Promise<void> | void;

const file =
  (type: string, text: string): Route =>
  (_, response) =>
    void response.type(type).send(text);

const routes: Readonly<Record<string, Route>> = {
  'GET /': ({ parts, publicUrl }, response) => {
    response.set(saasHeaders(parts)).type('html').send(saasPage(parts, publicUrl));
  },
  'GET /page.css': file('css', SAAS_STYLE),
  'GET /page.js': file('js', SAAS_SCRIPT),
  'GET /icon.svg': file('svg', SAAS_ICON),
  'GET /events': ({ backend }, response) => void response.json({ events: backend.events() }),
  'POST /session': async ({ backend }, response) => {
    response.json({ token: await backend.openSession() });
  },
  'POST /first-sync': async ({ backend }, response) => {
    response.json({ begun: await backend.syncFirst() });
  },
  'POST /start-over': async ({ backend }, response) => {
    if (!(await backend.startOver())) response.status(429).set('retry-after', '60');
    response.json({});
  },
};

/** The SaaS's site, below the path it is mounted on. `saas` answers undefined while the demo's data is being made. */
export const saasRoutes =
  (saas: () => Saas | undefined, publicUrl?: PublicUrl): RequestHandler =>
  async (request, response, next) => {
    if (!answersTo(request.headers.host, publicUrl)) return void response.status(403).type('text').send(WRONG_HOST);
    const route = routes[`${request.method} ${request.path}`];
    if (route === undefined) return next();
    if (request.method === 'POST' && !isFromHere(request, publicUrl)) return void response.status(403).json({});
    const ready = saas();
    if (ready === undefined) return void response.status(503).set('retry-after', '1').send('The demo is being made.');
    try {
      await route({ ...ready, publicUrl }, response);
    } catch (error) {
      next(error);
    }
  };

/** A page of another site may not act for the merchant; browsers say where a POST comes from. */
function isFromHere({ headers }: Request, publicUrl: PublicUrl): boolean {
  const { origin, host } = headers;
  if (publicUrl !== undefined) return origin === publicUrl;
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}
