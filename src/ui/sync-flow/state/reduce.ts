import { draftOf, edit, sameConfiguration } from './draft.js';
import { check, errorsOf, screenOf } from './checks.js';
import type { EventOf, FlowEvent } from './flow-event.js';
import { firstPage, NO_PREVIEW, type FlowPage, type Phase } from './flow-state.js';
import { firstScreen } from './rights.js';
import { failedSave, resolved, savedMeanwhile, savedPage } from './save-transitions.js';

type Transitions = { readonly [T in FlowEvent['type']]: (page: FlowPage, event: EventOf<T>) => FlowPage };

const PHASES: Readonly<Record<string, Phase>> = { expired: 'expired', invalid: 'invalid' };

/** Every transition of the page. Nothing here waits, asks or remembers. */
const TRANSITIONS: Transitions = {
  opening: (page) => ({ ...page, phase: 'loading', failure: undefined }),
  opened,
  openFailed: (page, { failure }) => ({ ...page, phase: PHASES[failure.kind] ?? 'failed', failure }),
  edited,
  refused: (page, { errors, screen }) => ({ ...page, errors, screen }),
  stepped: (page, { screen, backToReview = false }) => ({
    ...page,
    screen,
    backToReview,
    steps: page.steps + 1,
    errors: {},
    failure: undefined,
    saving: 'no',
  }),
  previewing: (page) => ({ ...page, preview: { ...page.preview, phase: 'loading' } }),
  previewed: (page, { preview }) => ({
    ...page,
    online: true,
    preview: { phase: 'ready', result: preview, before: page.preview.before },
  }),
  previewFailed,
  saving: (page) => ({ ...page, saving: 'saving', failure: undefined }),
  saveWaits: (page) => ({ ...page, saving: 'waiting', online: false }),
  saveWithdrawn: (page) => ({ ...page, saving: 'no' }),
  saved: (page, { answer }) => savedPage(page, answer),
  savedBehind: (page, { answer }) => savedMeanwhile(page, answer),
  saveFailed: (page, { failure }) => failedSave(page, failure),
  savedSettingsTaken: (page) => resolved(page, page.conflict?.current),
  draftKept: (page) => resolved(page, page.draft),
  statusRead: (page, { status }) => ({ ...page, status, online: true }),
  acted,
  acting: (page, { action }) => ({ ...page, acting: action, failure: undefined }),
  actionFailed: (page, { failure }) => ({
    ...page,
    acting: undefined,
    phase: PHASES[failure.kind] ?? page.phase,
    online: failure.kind !== 'offline',
    failure,
  }),
  connected: (page, { online }) => ({ ...page, online }),
  textsRead: (page, { text, status }) => ({
    ...page,
    status: status ?? page.status,
    bootstrap: page.bootstrap && { ...page.bootstrap, text },
  }),
  shown: (page, { screen }) => ({ ...page, screen, backToReview: false, errors: {} }),
  reset: (page) => ({ ...firstPage(page.online), steps: page.steps }),
};

export const reduce = (page: FlowPage, event: FlowEvent): FlowPage =>
  (TRANSITIONS[event.type] as (page: FlowPage, event: FlowEvent) => FlowPage)(page, event);

/** A page that was opened before keeps its draft and its version, so that somebody else's change shows as a conflict. */
function opened(page: FlowPage, { bootstrap, timeZone, view }: EventOf<'opened'>): FlowPage {
  const { configuration, version, status } = bootstrap;
  const fresh: FlowPage = {
    ...page,
    phase: 'open',
    bootstrap,
    status: status ?? undefined,
    failure: undefined,
    online: true,
    saving: 'no',
    preview: NO_PREVIEW,
    steps: page.phase === 'loading' && page.bootstrap === undefined ? page.steps : page.steps + 1,
  };
  if (isDirty(page)) return fresh;
  const screen = page.bootstrap === undefined ? firstScreen(bootstrap, view) : page.screen;
  const draft = draftOf(bootstrap, timeZone);
  return { ...fresh, screen, saved: configuration, version, draft, original: draft };
}

/** A choice was made that is not saved. */
export const isDirty = ({ draft, original, screen }: FlowPage): boolean =>
  draft !== undefined && original !== undefined && screen !== 'done' && !sameConfiguration(original, draft);

/** The version moves with our own actions only: over somebody else's change the next save has to meet a conflict. */
function acted(page: FlowPage, { answer }: EventOf<'acted'>): FlowPage {
  const { status, previousVersion, version } = answer;
  const next = previousVersion === page.version ? version : page.version;
  return { ...page, status: status ?? undefined, version: next, acting: undefined, online: true };
}

function edited(page: FlowPage, { change }: EventOf<'edited'>): FlowPage {
  if (page.draft === undefined) return page;
  const errors = Object.fromEntries(Object.entries(page.errors).filter(([field]) => !(field in change)));
  const { result } = page.preview;
  const preview = { phase: result === undefined ? ('none' as const) : ('loading' as const), result, before: undefined };
  const draft = edit(page.draft, change);
  const isSound = page.bootstrap !== undefined && Object.keys(check(draft, page.bootstrap)).length === 0;
  // Nobody asks for the dates of a draft that is wrong: those of the one before it are not its dates.
  return { ...page, draft, errors, saving: 'no', preview: isSound ? preview : NO_PREVIEW };
}

/** A refused field is shown where it is asked for; an ended session ends the page; the rest is the preview's alone. */
function previewFailed(page: FlowPage, { failure }: EventOf<'previewFailed'>): FlowPage {
  const preview = { ...NO_PREVIEW, phase: 'failed' as const };
  const errors = failure.kind === 'fields' ? errorsOf(failure.problem) : page.errors;
  const screen =
    failure.kind === 'fields' && page.screen === 'review' ? (screenOf(errors) ?? page.screen) : page.screen;
  const phase = PHASES[failure.kind] ?? page.phase;
  return { ...page, preview, errors, screen, phase, online: failure.kind !== 'offline' };
}
