import { createElement, StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { SyncFlow } from '@meridian/sync-flow/react';

/** The page of a SaaS that is written in React. It keeps what it was told in `events`, and can be asked to change. */
interface ReactPage {
  events: { readonly name: string; readonly detail: unknown }[];
  change: (props: Readonly<Record<string, unknown>>) => void;
  end: () => void;
}

declare const API_BASE: string;
const page = globalThis as unknown as ReactPage;
page.events = [];
const keep = (name: string) => (detail: unknown) => void page.events.push({ name, detail });
const root = createRoot(document.querySelector('main') ?? document.body);
page.end = () => root.unmount();

async function fetchToken(): Promise<string> {
  const answer = (await (await fetch('/token', { method: 'POST' })).json()) as { readonly token: string };
  return answer.token;
}

function App() {
  const [props, setProps] = useState<Readonly<Record<string, unknown>>>({});
  page.change = setProps;
  return createElement(SyncFlow, {
    apiBase: API_BASE,
    className: 'setup',
    // New functions at every rendering, as pages write them.
    fetchToken: () => fetchToken(),
    onReady: keep('ready'),
    onStep: keep('step'),
    onComplete: keep('complete'),
    onExit: keep('exit'),
    ...props,
  });
}

root.render(createElement(StrictMode, null, createElement(App)));
