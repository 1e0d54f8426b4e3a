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

/** Headers of the page: it loads from here alone, and only the session's own pages may frame it. */
export function pageHeaders(framers: readonly string[]): Readonly<Record<string, string>> {
  const ancestors = framers.length === 0 ? `'none'` : framers.join(' ');
  return {
    'content-security-policy':
      `default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; ` +
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
