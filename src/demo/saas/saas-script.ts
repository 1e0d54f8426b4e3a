/** The page's own script: all that embedding takes, and the list beside it. It makes no HTML of what it is told. */
export const SAAS_SCRIPT = `const flow = document.querySelector('sync-flow');
const list = document.querySelector('#events');
const button = document.querySelector('#start-over');
const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const home = document.querySelector('link[rel=canonical]');
let shown = '';

// A token is for a page of PUBLIC_URL alone, where that is set.
if (home && new URL(home.href).origin !== location.origin) location.replace(home.href);

async function ask(method, path) {
  const answer = await fetch('/demo/' + path, { method });
  if (!answer.ok) throw new Error(path + ': ' + answer.status);
  return answer.json();
}

flow.fetchToken = async () => {
  const { token } = await ask('POST', 'session');
  void look();
  return token;
};
flow.addEventListener('syncflow-complete', async () => {
  await ask('POST', 'first-sync');
  await look();
});
button.addEventListener('click', async () => {
  button.disabled = true;
  // What it still asks for would be the merchant's before.
  flow.remove();
  // Refused, it has been too often: the merchant is still there.
  await ask('POST', 'start-over').catch(() => undefined);
  location.reload();
});

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function row({ at, kind, title, detail }) {
  const made = element('li', kind, '');
  const when = element('time', 'at', time.format(new Date(at)));
  when.dateTime = at;
  made.append(element('span', 'what', title), when, element('code', 'detail', detail));
  return made;
}

async function look() {
  const { events } = await ask('GET', 'events');
  const now = JSON.stringify(events);
  if (now === shown) return;
  shown = now;
  list.replaceChildren(...events.map(row));
}

setInterval(() => {
  if (document.visibilityState === 'visible') look().catch(() => undefined);
}, 2000);
`;
