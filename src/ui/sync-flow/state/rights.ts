import type { FlowBootstrap, FlowScope, FlowView } from '../api/contract.js';
import type { FlowPage, Screen } from './flow-state.js';

/** What this page may do, by the session's scopes: the server refuses the rest in any case. */
export const may = ({ session }: FlowBootstrap, scope: FlowScope): boolean => session.scopes.includes(scope);

export const mayEdit = (bootstrap: FlowBootstrap): boolean =>
  !bootstrap.session.readOnly && may(bootstrap, 'config:write') && bootstrap.session.view !== 'status';

export const maySeeStatus = (bootstrap: FlowBootstrap): boolean =>
  may(bootstrap, 'status:read') && bootstrap.session.view !== 'setup';

export const mayAct = (bootstrap: FlowBootstrap, scope: 'action:pause' | 'action:sync_now'): boolean =>
  !bootstrap.session.readOnly && may(bootstrap, scope);

/** What the host asks for, within what the session allows. */
/** Null is also what a session without `config:read` is told: a status says that something is set up. */
function viewOf({ session, configuration, status }: FlowBootstrap, asked: FlowView): 'setup' | 'status' {
  const view = session.view === 'auto' ? asked : session.view;
  if (view !== 'auto') return view;
  return configuration === null && status === null ? 'setup' : 'status';
}

/** Where the page begins. Who may not edit is shown the settings as they are. */
export function firstScreen(bootstrap: FlowBootstrap, asked: FlowView): Screen {
  if (viewOf(bootstrap, asked) === 'status' && maySeeStatus(bootstrap)) return 'status';
  return mayEdit(bootstrap) ? 'choose' : 'review';
}

/** All three questions on one page, for hosts that want a single click. */
export const isExpress = ({ session }: FlowBootstrap): boolean => session.features['express'] === true;

/** The start counts until the first success; after that it is history. */
export const startIsLocked = ({ constraints }: FlowBootstrap): boolean => constraints.startDate.locked;

/** Something is set up, also where the session may not read what: a status is only given of what is. */
export const isConfigured = ({ saved, status }: FlowPage): boolean => saved !== null || status !== undefined;

/** Nothing is to be gained where a run is under way, or where the source or the target refuses the connection. */
export const canSyncNow = (page: FlowPage): boolean =>
  isConfigured(page) &&
  (page.status?.pausedAt ?? null) === null &&
  (page.status?.running ?? null) === null &&
  page.status?.state !== 'needs_action';
