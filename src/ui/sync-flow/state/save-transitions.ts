import type { FlowConfiguration, FlowProblem, FlowSaved } from '../api/contract.js';
import { FlowFailure, type FailureKind } from '../api/flow-failure.js';
import { errorsOf, screenOf } from './checks.js';
import { sameConfiguration } from './draft.js';
import { NO_PREVIEW, type Conflict, type FlowPage } from './flow-state.js';

export const savedPage = (page: FlowPage, answer: FlowSaved): FlowPage => ({
  ...savedBehind(page, answer),
  screen: 'done',
  steps: page.steps + 1,
  backToReview: false,
  wasConfigured: page.saved !== null,
  draft: answer.configuration,
  firstPeriod: answer.firstPeriod,
  preview: page.preview,
  saving: 'no',
  conflict: undefined,
  failure: undefined,
});

/** A save landed that was withdrawn: where the merchant came back to just that, it is saved as asked. */
export const savedMeanwhile = (page: FlowPage, answer: FlowSaved): FlowPage =>
  page.screen === 'review' && page.draft !== undefined && sameConfiguration(page.draft, answer.configuration)
    ? savedPage(page, answer)
    : savedBehind(page, answer);

/** What is saved is known; the merchant goes on with the draft, whose dates follow from it. */
export const savedBehind = (page: FlowPage, { configuration, version, status }: FlowSaved): FlowPage => ({
  ...page,
  original: configuration,
  saved: configuration,
  version,
  status: status ?? undefined,
  online: true,
  preview: NO_PREVIEW,
  bootstrap: page.bootstrap && { ...page.bootstrap, configuration, version, status },
});

const FAILED: Readonly<Record<FailureKind, (page: FlowPage, failure: FlowFailure) => FlowPage>> = {
  offline: (page) => ({ ...page, online: false }),
  busy: (page) => page,
  expired: (page) => ({ ...page, phase: 'expired' }),
  invalid: (page) => ({ ...page, phase: 'invalid' }),
  conflict: (page, { problem }) =>
    problem?.current == null ? removed(page) : { ...page, conflict: conflictOf(problem) },
  stale: (page, { problem }) => ({
    ...page,
    preview: { phase: 'ready', result: problem?.preview, before: page.preview.result },
  }),
  fields: (page, { problem, correlationId }) => {
    const errors = errorsOf(problem);
    // About nothing that the page asks for: no field would show it.
    if (Object.keys(errors).length === 0)
      return { ...page, failure: new FlowFailure('server', problem, correlationId) };
    return { ...page, errors, screen: screenOf(errors) ?? page.screen, backToReview: true, steps: page.steps + 1 };
  },
  server: (page) => page,
};

/** Nothing of the draft is lost, whatever the failure. */
export const failedSave = (page: FlowPage, failure: FlowFailure): FlowPage =>
  FAILED[failure.kind]({ ...page, saving: 'no', online: true, failure }, failure);

function conflictOf({ current, version, changedBy, changedAt }: FlowProblem): Conflict | undefined {
  if (current == null || version == null) return undefined;
  return { current, version, changedBy: changedBy ?? null, changedAt: changedAt ?? null };
}

/** What was saved is gone: nothing to choose from, and nothing of its history binds the draft any more. */
function removed(page: FlowPage): FlowPage {
  const { bootstrap } = page;
  if (bootstrap === undefined) return page;
  const startDate = { ...bootstrap.constraints.startDate, locked: false };
  return {
    ...page,
    saved: null,
    version: null,
    status: undefined,
    preview: NO_PREVIEW,
    bootstrap: { ...bootstrap, configuration: null, version: null, status: null, constraints: { startDate } },
  };
}

/** A save met nothing where there was something. */
export const wasRemoved = ({ failure, conflict, saved }: FlowPage): boolean =>
  failure?.kind === 'conflict' && conflict === undefined && saved === null;

/** After a conflict: one of the two, on top of what is saved now, to be looked at and confirmed once more. */
export const resolved = (page: FlowPage, draft: FlowConfiguration | undefined): FlowPage =>
  page.conflict === undefined
    ? page
    : {
        ...page,
        draft,
        original: page.conflict.current,
        saved: page.conflict.current,
        version: page.conflict.version,
        conflict: undefined,
        failure: undefined,
        preview: NO_PREVIEW,
        screen: 'review',
        steps: page.steps + 1,
      };
