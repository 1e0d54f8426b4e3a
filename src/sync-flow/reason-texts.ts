/** What a merchant is told instead of what a source said: keys `flow.reason.…` of the page's texts. */
export type Reason =
  'access' | 'connection' | 'settings' | 'busy' | 'unavailable' | 'answer' | 'held' | 'stopped' | 'ours' | 'unknown';

export type ReasonTexts = Readonly<Record<Reason, string>>;

/** Codes of failures, of states of a connection, and of a sync that stands still. */
const REASONS: Readonly<Record<string, Reason>> = {
  credential_invalid: 'access',
  connection_revoked: 'access',
  connection_deauthorized: 'access',
  configuration_invalid: 'settings',
  model_unsupported: 'settings',
  blocked_address: 'settings',
  blocked_redirect: 'settings',
  provider_rate_limited: 'busy',
  provider_unavailable: 'unavailable',
  provider_unreachable: 'unavailable',
  provider_timeout: 'unavailable',
  provider_error: 'unavailable',
  provider_tls_error: 'unavailable',
  provider_bad_response: 'answer',
  provider_pagination_loop: 'answer',
  provider_response_too_large: 'answer',
  provider_rejected: 'answer',
  record_invalid: 'answer',
  mass_delete_held: 'held',
  aborted: 'stopped',
  record_write_failed: 'ours',
  period_overlap: 'ours',
  handler_failed: 'ours',
  handler_timeout: 'ours',
  run_timeout: 'ours',
  worker_lost: 'ours',
  worker_stopping: 'ours',
  internal_error: 'ours',
};

/** Which of them a code is; one that nobody foresaw is `unknown`, so that no text of a source slips through. */
export function reasonOf(code: string): Reason {
  if (Object.hasOwn(REASONS, code)) return REASONS[code] ?? 'unknown';
  return code.startsWith('connection_') ? 'connection' : 'unknown';
}

export const reasonKey = (reason: Reason): string => `flow.reason.${reason}`;

/** The English texts; `{source}` is the connection, `{app}` the client. Others: reason-texts.locales.ts. */
export const ENGLISH_REASONS: ReasonTexts = {
  access: '{source} no longer lets us in. Please connect it again.',
  connection: '{source} is not connected at the moment.',
  settings: 'The connection to {source} is not set up correctly.',
  busy: '{source} asked us to wait before we read more.',
  unavailable: '{source} did not answer as it should.',
  answer: '{source} sent something we could not read.',
  held: 'Unusually many deletions wait for {app} to check them.',
  stopped: 'The sync was stopped.',
  ours: 'Something went wrong on our side.',
  unknown: 'The sync could not be finished.',
};
