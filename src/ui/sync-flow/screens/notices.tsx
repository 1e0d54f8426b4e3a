import { Banner } from '../controls/banner.js';
import { useOpenFlow } from '../element/flow-context.js';
import type { FailureKind } from '../api/flow-failure.js';
import { wasRemoved } from '../state/save-transitions.js';

/** Failures that say where they are on their own. */
const SHOWN_ELSEWHERE: ReadonlySet<FailureKind> = new Set(['fields', 'offline', 'conflict', 'stale']);

/** What stands above a screen: no connection, a day that moved on, an attempt that failed. */
export function Notices() {
  const { page, draft, words } = useOpenFlow();
  const { online, failure, preview } = page;
  return (
    <>
      {!online && (
        <Banner tone="warn" title={words.text('flow.state.offlineHeading')}>
          {page.screen !== 'status' && words.text('flow.state.offlineBody')}
        </Banner>
      )}
      {failure?.kind === 'stale' && preview.before !== undefined && (
        <Banner tone="info" title={words.text('flow.state.staleHeading')}>
          {words.text('flow.state.staleBody', { zone: draft.timeZone })}
        </Banner>
      )}
      {wasRemoved(page) && (
        <Banner tone="warn" title={words.text('flow.state.removedHeading')}>
          {words.text('flow.state.removedBody')}
        </Banner>
      )}
      {failure !== undefined && !SHOWN_ELSEWHERE.has(failure.kind) && (
        <Banner tone="bad" title={words.text('flow.state.errorHeading')}>
          {failure.correlationId !== '' && words.text('flow.state.errorBody', { code: failure.correlationId })}
        </Banner>
      )}
    </>
  );
}
