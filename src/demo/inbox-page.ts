import type { InboxMessage } from './inbox-message.js';

/** The inbox as a page that needs no script: newest message first. */
export function inboxPage(messages: readonly InboxMessage[]): string {
  const list = messages.map(article).join('\n');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="5">
<title>Webhook inbox</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  article { border-top: 1px solid; padding: 1rem 0; }
  h2 { font-size: 1rem; margin: 0; }
  pre { overflow-x: auto; }
</style>
<h1>Webhook inbox</h1>
<p>${messages.length === 0 ? 'No message yet.' : `The newest ${messages.length}, each with a verified signature.`}</p>
<main>
${list}
</main>
</html>
`;
}

function article({ id, type, sentAt, deliveries, body }: InboxMessage): string {
  const times = deliveries === 1 ? 'once' : `${deliveries} times`;
  return `<article>
<h2>${escaped(type)}</h2>
<p><code>${escaped(id)}</code>, sent <time datetime="${escaped(sentAt)}">${escaped(sentAt)}</time>, arrived ${times}</p>
<details><summary>Body</summary><pre>${escaped(JSON.stringify(body, null, 2))}</pre></details>
</article>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A message is what someone sent us: text, never markup. */
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign);
