import { createHash } from 'node:crypto';
import { MERCHANT_NAME, SAAS_NAME } from './saas-merchant.js';

/** `manifest.json` of the element: its release, and the integrity of each file. */
export interface SaasPageParts {
  readonly version: string;
  readonly files: Readonly<Record<string, string>>;
}

/** Pins what the element's script fetches later on, as `integrity` pins the script. */
function importMap({ version, files }: SaasPageParts): string {
  const integrity = Object.fromEntries(
    Object.entries(files).map(([name, hash]) => [`/embed/${version}/${name}`, hash] as const),
  );
  return JSON.stringify({ integrity });
}

/** The page loads from its own site alone, where the product is, too; the one inline text is named by its hash. */
export function saasHeaders(parts: SaasPageParts): Readonly<Record<string, string>> {
  const hash = createHash('sha256').update(importMap(parts)).digest('base64');
  return {
    'content-security-policy':
      `default-src 'none'; script-src 'self' 'sha256-${hash}'; style-src 'self'; connect-src 'self'; img-src 'self'; ` +
      `base-uri 'none'; form-action 'none'; frame-ancestors 'none'; ` +
      `require-trusted-types-for 'script'; trusted-types 'none'`,
  };
}

/**
 * A page of settings as a bookkeeping product might have it, with `<sync-flow>` in its place. `publicUrl` is our own
 * origin where it is set: opened under another name, the page's script goes there.
 */
export function saasPage(parts: SaasPageParts, publicUrl?: string): string {
  const { version, files } = parts;
  return `<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="How a product embeds the set-up page.">
<title>Sample shop · ${SAAS_NAME}</title>${publicUrl === undefined ? '' : `\n<link rel="canonical" href="${publicUrl}/demo">`}
<link rel="icon" href="/demo/icon.svg">
<link rel="stylesheet" href="/demo/page.css">
<script type="importmap">${importMap(parts)}</script>
<script type="module" src="/embed/${version}/sync-flow.js" integrity="${files['sync-flow.js']}" crossorigin="anonymous"></script>
<script type="module" src="/demo/page.js"></script>
</head>
${BODY}
</html>
`;
}

const BODY = `<body>
<header class="top">
  <p class="brand"><img src="/demo/icon.svg" alt="" width="28" height="28">${SAAS_NAME}</p>
  <p class="merchant">${MERCHANT_NAME}</p>
</header>
<main>
  <div class="title">
    <p class="crumb">Settings › Connections</p>
    <h1>Sample shop</h1>
    <p class="lead"><span class="linked">Connected</span> Set up once what ${SAAS_NAME} keeps up to date for you.</p>
  </div>
  <sync-flow heading-level="2"></sync-flow>
  <aside aria-labelledby="behind">
    <h2 id="behind">Behind the page</h2>
    <p>${SAAS_NAME} is made up. On its page stand one script and <code>&lt;sync-flow&gt;</code>; this is what its server does and hears.</p>
    <ol id="events" aria-live="polite"></ol>
    <p class="links"><button type="button" id="start-over">Start over</button><a href="/docs">API reference</a></p>
  </aside>
</main>
</body>`;
