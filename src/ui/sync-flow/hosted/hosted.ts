import type { SyncFlow } from '../element/define.js';
import { parentOrigin, talkToParent } from './framed-messages.js';
import { signOf } from './sign.js';
import styles from './hosted.css?inline';

/** The id is in the path; the code is behind the `#`, which browsers send to nobody. */
const sessionId = location.pathname.split('/').at(-1) ?? '';
const code = new URLSearchParams(location.hash.slice(1)).get('c') ?? '';

/** Milliseconds between two tries to use the code: the first, doubled each time, and the longest. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

const ask = (): Promise<Response | undefined> =>
  fetch('/flow/v1/hosted/exchange', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sessionId, code }),
    credentials: 'omit',
  }).catch(() => undefined);

/** Whether another try may fare better: nobody answered, or not about the code. */
const isPassing = (response: Response | undefined): boolean =>
  response === undefined || response.status === 429 || response.status >= 500;

/** Uses the code up for a token; an empty one where it has been used, or has grown old. */
async function exchange(): Promise<string> {
  let response = await ask();
  for (let pause = FIRST_PAUSE; isPassing(response); pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    response = await ask();
  }
  if (response?.ok !== true) return '';
  const { token } = (await response.json()) as { readonly token: string };
  return token;
}

function dress(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  document.adoptedStyleSheets = [sheet];
  document.documentElement.classList.toggle('framed', parent !== window);
}

/** The page's title is what its screen is called; its language, the flow's. */
function follow(flow: SyncFlow): void {
  const name = (): void => {
    requestAnimationFrame(() => {
      const root = flow.shadowRoot?.querySelector<HTMLElement>('.root');
      document.title = root?.querySelector('.heading')?.textContent ?? document.title;
      if (root) document.documentElement.lang = root.lang;
    });
  };
  flow.addEventListener('syncflow-ready', name);
  flow.addEventListener('syncflow-step', name);
}

dress();
// The element is a file of its own, which the page names beside this one so that both are fetched at once.
await import(/* @vite-ignore */ `${import.meta.url.slice(0, import.meta.url.lastIndexOf('/'))}/sync-flow.js`);
const flow = document.querySelector('sync-flow') ?? document.createElement('sync-flow');
flow.apiBase = location.origin;
flow.headingLevel = 1;
follow(flow);
if (parent === window) {
  const sign = (): void => flow.app && flow.append(signOf(flow.app));
  flow.addEventListener('syncflow-ready', sign, { once: true });
} else {
  flow.addEventListener(
    'syncflow-ready',
    (ready) => {
      const origin = parentOrigin(flow.session?.allowedOrigins ?? []);
      if (origin === undefined) return;
      talkToParent(flow, sessionId, origin);
      ready.stopImmediatePropagation();
      flow.dispatchEvent(new CustomEvent('syncflow-ready', { detail: ready.detail }));
    },
    { once: true },
  );
}
// The page shows that it is loading while the code is used, however often that takes.
flow.fetchToken = async () => {
  // A link works once: nothing is to be renewed with it.
  flow.fetchToken = undefined;
  const token = await exchange();
  // Gone from the address once it is used: a reload finds a link that has been used.
  history.replaceState(null, '', location.pathname);
  return token;
};
if (!flow.isConnected) (document.querySelector('main') ?? document.body).append(flow);
