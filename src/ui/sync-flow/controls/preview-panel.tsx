import type { FlowPreview } from '../api/contract.js';
import { useOpenFlow } from '../element/flow-context.js';
import { usePreviewDates } from '../i18n/use-dates.js';
import { spanOf } from '../i18n/dates.js';
import { check } from '../state/checks.js';
import { Button } from './button.js';
import { Heading } from './heading.js';
import { Icon } from './icon.js';
import { PreviewNews } from './news.js';
import { PreviewStrip } from './preview-strip.js';
import { tellWarning } from './preview-warnings.js';

/** The first periods as they will be: the server asks the functions that plan. */
export function PreviewPanel() {
  const { page, bootstrap, draft, words } = useOpenFlow();
  const isSound = Object.keys(check(draft, bootstrap)).length === 0;
  const { phase, result } = page.preview;
  return (
    <section class="preview" part="preview" aria-busy={phase === 'loading'}>
      <Heading below={1}>
        {words.text(page.saved === null ? 'flow.preview.heading' : 'flow.preview.headingNext')}
      </Heading>
      <PreviewNews />
      {phase === 'failed' && <PreviewFailed />}
      {phase !== 'failed' && result === undefined && isSound && <PreviewSkeleton />}
      {phase !== 'failed' && result !== undefined && <PreviewResult preview={result} />}
    </section>
  );
}

function PreviewFailed() {
  const { controller, words } = useOpenFlow();
  return (
    <div class="preview-failed" role="alert">
      <strong>{words.text('flow.preview.failed')}</strong>
      <Button onPress={() => controller.work?.previewAgain()}>{words.text('flow.common.retry')}</Button>
    </div>
  );
}

function PreviewSkeleton() {
  const { words } = useOpenFlow();
  return (
    <div class="skeleton">
      <p class="hidden">{words.text('flow.preview.loading')}</p>
      <span class="bone" />
      <span class="bone short" />
    </div>
  );
}

function PreviewResult({ preview }: { readonly preview: FlowPreview }) {
  const { words } = useOpenFlow();
  const dates = usePreviewDates();
  const { periods, warnings, typicalDelayMinutes } = preview;
  return (
    <>
      <PreviewStrip periods={periods} />
      <PreviewTable preview={preview} />
      {warnings.length > 0 && (
        <ul class="notes">
          {warnings.map((warning) => (
            <li key={`${warning.kind}${warning.dueDate}`}>
              <Icon shape="info" />
              <span>{tellWarning({ words, dates, preview, warning })}</span>
            </li>
          ))}
        </ul>
      )}
      {typicalDelayMinutes !== null && (
        <p class="usually">{words.plural('flow.preview.usually', Math.max(1, typicalDelayMinutes))}</p>
      )}
    </>
  );
}

function PreviewTable({ preview }: { readonly preview: FlowPreview }) {
  const { page, words } = useOpenFlow();
  const dates = usePreviewDates();
  const before = new Set(page.preview.before?.periods.map(({ start, dueDate }) => start + dueDate));
  const moved = ({ start, dueDate }: FlowPreview['periods'][number]) => before.size > 0 && !before.has(start + dueDate);
  return (
    <table class="periods">
      <thead>
        <tr>
          <th scope="col">{words.text('flow.preview.covers')}</th>
          <th scope="col">{words.text('flow.preview.ready')}</th>
        </tr>
      </thead>
      <tbody>
        {preview.periods.map((period) => (
          <tr key={period.dueDate} class={moved(period) ? 'moved' : undefined}>
            <td>
              {dates.range(spanOf(period))}
              {period.days > 1 && <span class="days">{words.plural('flow.common.days', period.days)}</span>}
            </td>
            <td>{dates.moment(period.dueDate)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
