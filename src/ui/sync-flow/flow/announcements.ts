import type { FlowAction, FlowConfiguration, FlowPeriod } from '../api/contract.js';
import type { FlowFailure } from '../api/flow-failure.js';
import { sameConfiguration } from '../state/draft.js';
import { isDirty } from '../state/reduce.js';
import type { FlowPage, Screen } from '../state/flow-state.js';

/** What a host may listen to. */
export interface FlowEvents {
  'syncflow-ready': { readonly view: 'setup' | 'status'; readonly configured: boolean; readonly locale: string };
  'syncflow-step': { readonly step: Screen; readonly from: Screen };
  'syncflow-change': { readonly draft: FlowConfiguration };
  'syncflow-complete': {
    readonly configuration: FlowConfiguration;
    readonly version: number;
    readonly firstPeriod: FlowPeriod | null;
  };
  'syncflow-action': { readonly action: FlowAction };
  'syncflow-error': {
    readonly code: string;
    readonly message: string;
    readonly correlationId: string;
    readonly userRecoverable: boolean;
  };
  'syncflow-exit': {
    readonly reason: 'complete' | 'closed' | 'expired';
    readonly step: Screen;
    readonly dirty: boolean;
  };
}

export type Announce = <K extends keyof FlowEvents>(name: K, detail: FlowEvents[K]) => void;

/** Milliseconds without an edit before the host is told of the draft. */
const PAUSE = 300;

/** Tells the host what happened, by looking at the page before and after. */
export class Announcements {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #exited = false;

  constructor(
    private readonly announce: Announce,
    private readonly locale: () => string,
  ) {}

  readonly follow = (page: FlowPage, before: FlowPage): void => {
    if (page.bootstrap !== undefined && before.bootstrap === undefined) this.#ready(page);
    else if (page.screen !== before.screen) this.announce('syncflow-step', { step: page.screen, from: before.screen });
    if (page.failure !== undefined && page.failure !== before.failure) this.#error(page.failure);
    if (isEdited(page, before)) this.#change(page.draft);
    if (page.phase === 'invalid' && before.phase !== 'invalid') this.exit(page);
  };

  /** Once in a life of the element. */
  exit(page: FlowPage, reason: FlowEvents['syncflow-exit']['reason'] = reasonOf(page)): void {
    clearTimeout(this.#timer);
    if (this.#exited) return;
    this.#exited = true;
    this.announce('syncflow-exit', { reason, step: page.screen, dirty: isDirty(page) });
  }

  /** The element is used again. */
  enter(): void {
    this.#exited = false;
  }

  #ready({ screen, bootstrap }: FlowPage): void {
    const configured = (bootstrap?.configuration ?? null) !== null;
    const view = screen === 'status' ? 'status' : 'setup';
    this.announce('syncflow-ready', { view, configured, locale: this.locale() });
  }

  #change(draft: FlowConfiguration): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.announce('syncflow-change', { draft }), PAUSE);
  }

  #error({ code, message, correlationId, kind }: FlowFailure): void {
    this.announce('syncflow-error', { code, message, correlationId, userRecoverable: kind !== 'invalid' });
  }
}

type Edited = FlowPage & { readonly draft: FlowConfiguration };

const isEdited = (page: FlowPage, before: FlowPage): page is Edited =>
  page.draft !== undefined && before.draft !== undefined && !sameConfiguration(page.draft, before.draft);

function reasonOf({ phase, screen }: FlowPage): FlowEvents['syncflow-exit']['reason'] {
  if (phase === 'expired') return 'expired';
  return screen === 'done' ? 'complete' : 'closed';
}
