import type { HostPage } from './host-site.js';

const EVENTS = ['ready', 'step', 'change', 'complete', 'action', 'error', 'exit'];

export interface Embedding {
  /** Attributes of the element, as HTML. */
  readonly attributes?: string;
  readonly lang?: string;
  readonly dir?: 'ltr' | 'rtl';
  readonly css?: string;
  /** Runs after the element has been given its way to a token. */
  readonly more?: string;
  readonly embeds?: HostPage['embeds'];
}

/** The page of a SaaS as its documentation says to make one. It keeps every event of the element in `events`. */
export const embeddingPage = ({
  attributes = '',
  lang,
  dir,
  css = '',
  more = '',
  embeds,
}: Embedding = {}): HostPage => ({
  embeds,
  lang,
  dir,
  body: `<main><h1>Acme POS</h1><sync-flow ${attributes}></sync-flow></main>`,
  css: `body { margin: 16px; font-family: system-ui, sans-serif } html { color-scheme: light dark } h1 { display: none } ${css}`,
  script: `
    const flow = document.querySelector('sync-flow');
    globalThis.events = [];
    for (const name of ${JSON.stringify(EVENTS)}) {
      flow.addEventListener('syncflow-' + name, ({ detail }) => events.push({ name, detail }));
    }
    flow.fetchToken = async () => (await (await fetch('/token', { method: 'POST' })).json()).token;
    ${more}
  `,
});
