import type { FlowEvents } from '../flow/announcements.js';
import type { SyncFlowElement } from '../element/flow-element.js';
import styles from './dialog.css?inline';

export interface DialogOptions {
  readonly apiBase?: string;
  readonly token?: string;
  readonly fetchToken?: SyncFlowElement['fetchToken'];
  readonly locale?: string;
  readonly view?: 'auto' | 'setup' | 'status';
  readonly colorScheme?: 'auto' | 'light' | 'dark';
  readonly timeZone?: string;
  readonly density?: 'cozy' | 'compact';
  readonly text?: Readonly<Record<string, string>>;
  readonly theme?: SyncFlowElement['theme'];
}

/** How it ended, and what was saved, if anything was. */
export type DialogResult = FlowEvents['syncflow-exit'] & Partial<FlowEvents['syncflow-complete']>;

export interface OpenedDialog {
  close(): void;
  readonly result: Promise<DialogResult>;
}

/** The flow in a native dialog, which keeps the focus, answers Escape and makes the page behind it inert. */
export function openDialog(flow: SyncFlowElement, options: DialogOptions): OpenedDialog {
  const place = document.createElement('div');
  const shadow = place.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  shadow.adoptedStyleSheets = [sheet];
  const dialog = document.createElement('dialog');
  shadow.append(dialog);
  Object.assign(flow, options, { onClose: () => dialog.close() });
  dialog.append(flow);
  const result = resultOf(flow, dialog);
  dialog.addEventListener('close', () => place.remove());
  document.body.append(place);
  dialog.showModal();
  return { close: () => dialog.close(), result };
}

function resultOf(flow: SyncFlowElement, dialog: HTMLDialogElement): Promise<DialogResult> {
  let saved: Partial<FlowEvents['syncflow-complete']> = {};
  const name = (): void => {
    requestAnimationFrame(() => {
      dialog.ariaLabel = flow.shadowRoot?.querySelector('.heading')?.textContent ?? null;
    });
  };
  flow.addEventListener('syncflow-ready', name);
  flow.addEventListener('syncflow-step', name);
  flow.addEventListener('syncflow-complete', (event) => {
    saved = event.detail;
  });
  return new Promise((resolve) => {
    flow.addEventListener('syncflow-exit', (event) => {
      resolve({ ...saved, ...event.detail });
    });
  });
}
