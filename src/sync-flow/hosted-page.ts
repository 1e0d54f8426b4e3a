import type { EmbedScript } from './embed-files.js';

/** Everything off: the page asks for dates, and for nothing of the machine. */
const PERMISSIONS = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'microphone',
  'payment',
  'usb',
]
  .map((feature) => `${feature}=()`)
  .join(', ');

/** Whom the page of one session has to do with. */
export interface PageAllowance {
  readonly framers: readonly string[];
  /** Where the client's logo is. */
  readonly logoUrl?: string;
}

/** What a policy may name: in a row that was written before it was checked, a `;` would begin another directive. */
const PLAIN_ORIGIN = /^https:\/\/[a-z0-9.-]+(:\d+)?$/i;

/** The client's logo as a source of images; none where its host is no plain one. */
function imageSource(logoUrl: string | undefined): string {
  const origin = logoUrl === undefined ? '' : new URL(logoUrl).origin;
  return PLAIN_ORIGIN.test(origin) ? ` ${origin}` : '';
}

/** Headers of the page: but for the client's logo it loads from here alone, and only the session's own pages may frame it. */
export function pageHeaders({ framers, logoUrl }: PageAllowance): Readonly<Record<string, string>> {
  const ancestors = framers.length === 0 ? `'none'` : framers.join(' ');
  return {
    'content-security-policy':
      `default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'${imageSource(logoUrl)}; base-uri 'none'; ` +
      `form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors ${ancestors}`,
    'permissions-policy': PERMISSIONS,
    'cross-origin-opener-policy': 'same-origin',
    'x-robots-tag': 'noindex',
  };
}

/** The shell; the script does the rest, and takes the session's id from the address and the code from its fragment. */
export function hostedPage(scripts: readonly EmbedScript[]): string {
  const load =
    scripts.length === 0
      ? '<p>The set-up page has not been built: <code>npm run build</code>.</p>'
      : `<noscript><p>This page needs JavaScript.</p></noscript>`;
  const tags = scripts.map(
    ({ path, integrity }) =>
      `<script type="module" src="${path}" integrity="${integrity}" crossorigin="anonymous"></script>\n`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="Choose what to sync, and when.">
<title>Sync settings</title>
${tags.join('')}</head>
<body>
<main id="sync-flow">${load}</main>
</body>
</html>
`;
}
