import { createElement, useEffect, useRef, type CSSProperties, type ReactNode } from 'react';
import '../element/define.js';
import type { FlowEvents, SyncFlow as SyncFlowElement } from '../element/define.js';

export interface SyncFlowProps {
  readonly apiBase: string;
  readonly token?: string;
  readonly fetchToken?: SyncFlowElement['fetchToken'];
  readonly view?: 'auto' | 'setup' | 'status';
  readonly locale?: string;
  readonly colorScheme?: 'auto' | 'light' | 'dark';
  readonly timeZone?: string;
  readonly headingLevel?: 1 | 2 | 3 | 4 | 5 | 6;
  readonly density?: 'cozy' | 'compact';
  readonly text?: SyncFlowElement['text'];
  readonly theme?: SyncFlowElement['theme'];
  readonly className?: string;
  readonly style?: CSSProperties;
  readonly children?: ReactNode;
  readonly onReady?: (detail: FlowEvents['syncflow-ready']) => void;
  readonly onStep?: (detail: FlowEvents['syncflow-step']) => void;
  readonly onChange?: (detail: FlowEvents['syncflow-change']) => void;
  readonly onComplete?: (detail: FlowEvents['syncflow-complete']) => void;
  readonly onAction?: (detail: FlowEvents['syncflow-action']) => void;
  readonly onError?: (detail: FlowEvents['syncflow-error']) => void;
  readonly onExit?: (detail: FlowEvents['syncflow-exit']) => void;
}

const LISTENERS = {
  'syncflow-ready': 'onReady',
  'syncflow-step': 'onStep',
  'syncflow-change': 'onChange',
  'syncflow-complete': 'onComplete',
  'syncflow-action': 'onAction',
  'syncflow-error': 'onError',
  'syncflow-exit': 'onExit',
} as const;
const ATTRIBUTES = [
  'apiBase',
  'token',
  'view',
  'locale',
  'colorScheme',
  'timeZone',
  'headingLevel',
  'density',
] as const;

/** `<sync-flow>` for React 17 and later: properties and events as React writes them. */
export function SyncFlow(props: SyncFlowProps) {
  const element = useRef<SyncFlowElement>(null);
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    const flow = element.current;
    if (flow === null) return undefined;
    for (const name of ATTRIBUTES) Reflect.set(flow, name, props[name] ?? null);
    Object.assign(flow, { text: props.text ?? {}, theme: props.theme ?? {} });
    // One function for good, so that a new arrow function on every rendering does not start the element anew.
    if (props.fetchToken !== undefined)
      flow.fetchToken ??= async (reason) => (await latest.current.fetchToken?.(reason)) ?? '';
    return undefined;
  });
  useEffect(() => {
    const listening = new AbortController();
    for (const [event, prop] of Object.entries(LISTENERS)) {
      const tell = ({ detail }: Event & { detail?: unknown }): void =>
        (latest.current[prop] as ((detail: unknown) => void) | undefined)?.(detail);
      element.current?.addEventListener(event, tell, { signal: listening.signal });
    }
    // The element tells of its end in a microtask of its own, which was queued when it was taken away.
    return () => queueMicrotask(() => listening.abort());
  }, []);
  return createElement('sync-flow', { ref: element, class: props.className, style: props.style }, props.children);
}
