import type { DialogOptions, OpenedDialog } from '../dialog/open-dialog.js';
import { SyncFlowElement } from './flow-element.js';
import type { FlowEvents } from '../flow/announcements.js';

export type { FlowEvents } from '../flow/announcements.js';
export type { DialogOptions, DialogResult, OpenedDialog } from '../dialog/open-dialog.js';
export type { Theme } from '../theme/flow-theme.js';
export type * from '../api/contract.js';

export class SyncFlow extends SyncFlowElement {
  /** Shows the flow in a dialog over the page. */
  static open(options: DialogOptions): OpenedDialog {
    const opened = import('../dialog/open-dialog.js').then(({ openDialog }) =>
      openDialog(document.createElement('sync-flow'), options),
    );
    return {
      close: () => void opened.then((dialog) => dialog.close()),
      result: opened.then((dialog) => dialog.result),
    };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sync-flow': SyncFlow;
  }
  interface HTMLElementEventMap extends FlowElementEvents {}
}

type FlowElementEvents = { readonly [K in keyof FlowEvents]: CustomEvent<FlowEvents[K]> };

// A script that is loaded twice, or in two versions, leaves the first one's element in place; a server has no registry.
if (globalThis.customElements !== undefined && customElements.get('sync-flow') === undefined) {
  customElements.define('sync-flow', SyncFlow);
}
