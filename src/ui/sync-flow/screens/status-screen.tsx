import type { FlowStatus } from '../api/contract.js';
import { Banner } from '../controls/banner.js';
import { Heading } from '../controls/heading.js';
import { History } from '../controls/history.js';
import { Icon } from '../controls/icon.js';
import { STATES } from '../controls/status-words.js';
import { useOpenFlow } from '../element/flow-context.js';
import { useSavedDates } from '../i18n/use-dates.js';
import { isAhead } from '../i18n/dates.js';
import { StatusActions } from './status-actions.js';

/** How it goes. Read again while it is looked at. */
export function StatusScreen() {
  const { page, words } = useOpenFlow();
  const { status } = page;
  return (
    <>
      <Heading>{words.text('flow.status.heading')}</Heading>
      {status === undefined ? (
        <div class="skeleton">
          <p class="hidden">{words.text('flow.state.loading')}</p>
          <span class="bone" />
          <span class="bone short" />
        </div>
      ) : (
        <>
          <StatusSummary status={status} />
          <StatusNews status={status} />
          <History recent={status.recent} />
        </>
      )}
      <StatusActions />
    </>
  );
}

function StatusSummary({ status }: { readonly status: FlowStatus }) {
  const { words, now } = useOpenFlow();
  const dates = useSavedDates();
  const { shape, tone, key } = STATES[status.state];
  const { coveredThrough, nextDueAt, expectedStart, typicalDelayMinutes } = status;
  const usually = expectedStart === null && status.running === null && typicalDelayMinutes !== null;
  return (
    <div class="summary" part="status">
      <p class={`state ${tone}`}>
        <Icon shape={shape} />
        <strong>{words.text(key)}</strong>
      </p>
      <p>
        {coveredThrough === null
          ? words.text('flow.status.nothingYet')
          : words.text('flow.status.covered', { date: dates.moment(coveredThrough) })}
      </p>
      {isAhead(nextDueAt, now()) && <p>{words.text('flow.status.next', { date: dates.moment(nextDueAt) })}</p>}
      <Progress status={status} />
      {usually && <p class="usually">{words.plural('flow.preview.usually', Math.max(1, typicalDelayMinutes))}</p>}
    </div>
  );
}

/** Of a run under way; of the next one, when it is expected to begin. */
function Progress({ status: { state, running, expectedStart } }: { readonly status: FlowStatus }) {
  const { words, now } = useOpenFlow();
  const dates = useSavedDates();
  if (running === null) {
    const [start, finish] = expectedStart ?? [];
    if (start === undefined || !isAhead(finish, now()) || state === 'late' || state === 'stalled') return null;
    return <p class="hint">{words.text('flow.status.expected', { range: dates.momentRange({ start, finish }) })}</p>;
  }
  const { startedAt, fraction } = running;
  const percent = new Intl.NumberFormat(words.tag, { style: 'percent' }).format(fraction ?? 0);
  const done = words.text('flow.status.progress', { percent });
  return (
    <>
      {startedAt !== null && <p class="hint">{words.text('flow.status.since', { time: dates.time(startedAt) })}</p>}
      {fraction !== null && <progress class="progress" max={1} value={fraction} aria-label={done} />}
    </>
  );
}

/** What is in the way: a pause, or something that failed. */
function StatusNews({ status: { attention, pausedAt, coveredThrough } }: { readonly status: FlowStatus }) {
  const { page, bootstrap, draft, words } = useOpenFlow();
  const dates = useSavedDates();
  if (pausedAt !== null) {
    const { startDate } = page.saved ?? draft;
    const date = coveredThrough === null ? dates.short(startDate) : dates.moment(coveredThrough);
    return (
      <Banner tone="info" title={words.text('flow.status.pausedHeading')}>
        {words.text('flow.status.pausedBody', { date })}
      </Banner>
    );
  }
  if (attention === null) return null;
  const { start, finish, message } = attention;
  const title =
    start === null || finish === null
      ? words.text('flow.status.attentionNoRange')
      : words.text('flow.status.attention', { range: dates.range({ start, finish }) });
  return (
    <Banner tone="warn" title={title}>
      {words.text('flow.status.attentionBody', { reason: message, app: bootstrap.app.name })}
    </Banner>
  );
}
