import type { FlowConfiguration, FlowSaved } from '../api/contract.js';
import type { FlowFailure, FailureKind } from '../api/flow-failure.js';
import { errorsOf, screenOf } from './checks.js';
import { NO_PREVIEW, type Conflict, type FlowPage } from './flow-state.js';

export const savedPage = (page: FlowPage, { configuration, version, firstPeriod, status }: FlowSaved): FlowPage => ({
  ...page,
  screen: 'done',
  steps: page.steps + 1,
  backToReview: false,
  wasConfigured: page.saved !== null,
  saved: configuration,
  draft: configuration,
  version,
  firstPeriod,
  status,
  saving: 'no',
  conflict: undefined,
  failure: undefined,
  bootstrap: page.bootstrap && { ...page.bootstrap, configuration, version, status },
});

const FAILED: Readonly<Record<FailureKind, (page: FlowPage, failure: FlowFailure) => FlowPage>> = {
  offline: (page) => ({ ...page, saving: 'waiting', online: false }),
  expired: (page) => ({ ...page, phase: 'expired' }),
  invalid: (page) => ({ ...page, phase: 'invalid' }),
  conflict: (page, failure) => ({ ...page, conflict: conflictOf(failure) }),
  stale: (page, { problem }) => ({
    ...page,
    preview: { phase: 'ready', result: problem?.preview, before: page.preview.result },
  }),
  fields: (page, { problem }) => {
    const errors = errorsOf(problem);
    return { ...page, errors, screen: screenOf(errors) ?? page.screen, backToReview: true, steps: page.steps + 1 };
  },
  server: (page) => page,
};

/** Nothing of the draft is lost, whatever the failure. */
export const failedSave = (page: FlowPage, failure: FlowFailure): FlowPage =>
  FAILED[failure.kind]({ ...page, saving: 'no', failure }, failure);

function conflictOf({ problem }: FlowFailure): Conflict | undefined {
  // Null where the sync was deleted meanwhile: there is nothing to choose from, and the next save makes a new one.
  if (problem?.current == null || problem.version == null) return undefined;
  const { current, version, changedBy = null, changedAt = null } = problem;
  return { current, version, changedBy, changedAt };
}

/** After a conflict: one of the two, on top of what is saved now, to be looked at and confirmed once more. */
export const resolved = (page: FlowPage, draft: FlowConfiguration | undefined): FlowPage =>
  page.conflict === undefined
    ? page
    : {
        ...page,
        draft,
        saved: page.conflict.current,
        version: page.conflict.version,
        conflict: undefined,
        failure: undefined,
        preview: NO_PREVIEW,
        screen: 'review',
        steps: page.steps + 1,
      };
