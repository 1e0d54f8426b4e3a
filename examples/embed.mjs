// A SaaS backend that embeds the set-up page: it opens sessions for its signed-in merchants. See README.md.
import { request as ask } from 'node:http';
import express from 'express';

const { MERIDIAN_API_KEY, COMPANY_ID, PORT = '4100', MERIDIAN_URL = 'http://127.0.0.1:3000' } = process.env;
const { origin: MERIDIAN } = new URL(MERIDIAN_URL);

// Your sign-in comes here: which company of Meridian the person belongs to, and who it is. Never take it from the page.
const merchantOf = () => ({ companyId: COMPANY_ID, id: 'u_7', name: 'Sam' });

// A session is for one company and this page alone; its token, not the API key, goes to the browser.
async function openSession({ companyId, id, name }, origin) {
  const answer = await fetch(`${MERIDIAN}/v1/companies/${companyId}/flow-sessions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${MERIDIAN_API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ allowedOrigins: [origin], actor: { id, name } }),
  });
  if (!answer.ok) throw new Error(`No session, ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

// Passes the element's files and its API on, so that the page needs no other origin. Your web server can do the same.
// Nothing else leads on: no other address or path, no cookies of your site, and no headers of this hop alone.
const KEPT = /^(connection|cookie|host|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/;
const passedOn = (headers) => Object.fromEntries(Object.entries(headers).filter(([name]) => !KEPT.test(name)));
function passOn(request, response) {
  const { method, originalUrl, headers } = request;
  const url = originalUrl.startsWith('/') ? URL.parse(originalUrl, MERIDIAN) : null;
  if (url?.origin !== MERIDIAN || !/^\/(embed|flow\/v1)\//.test(url.pathname)) return response.status(404).end();
  const onward = ask(url, { method, headers: passedOn(headers) }, (answer) => {
    response.writeHead(answer.statusCode, passedOn(answer.headers));
    answer.on('error', () => response.destroy()).pipe(response);
  });
  onward.on('error', () => (response.headersSent ? response.destroy() : response.status(502).end()));
  response.on('close', () => response.writableFinished || onward.destroy());
  return request.pipe(onward);
}

const page = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Sync settings</title>
<script type="module" src="/embed/0/sync-flow.js"></script>
<script type="module">
  document.querySelector('sync-flow').fetchToken = async () => {
    const answer = await fetch('/my-api/sync-session', { method: 'POST' });
    return (await answer.json()).token;
  };
</script>
<main><sync-flow></sync-flow></main></html>`;

express()
  .use(['/embed', '/flow/v1'], passOn)
  .get('/', (_, response) => response.type('html').send(page))
  .post('/my-api/sync-session', (request, response, next) => {
    const own = `${request.protocol}://${request.get('host')}`;
    if (request.get('origin') !== own) return response.status(403).end();
    response.set('cache-control', 'no-store');
    const send = ({ token, expiresAt }) => response.json({ token, expiresAt });
    return openSession(merchantOf(request), own).then(send, next);
  })
  .listen(Number(PORT), '127.0.0.1', () => console.log(`Open http://127.0.0.1:${PORT}/`));
