import type { FlowPreview } from '../api/contract.js';
import { Button } from '../controls/button.js';
import { Heading } from '../controls/heading.js';
import { PreviewPanel } from '../controls/preview-panel.js';
import { SettingsList } from '../controls/settings-list.js';
import { tellResent } from '../controls/preview-warnings.js';
import { SETTING_NAMES, settingText } from '../controls/settings-text.js';
import { useOpenFlow } from '../element/flow-context.js';
import { usePreviewDates } from '../i18n/use-dates.js';
import { changedFields } from '../state/draft.js';
import { mayEdit, maySeeStatus } from '../state/rights.js';

/** Everything once more, and the one button that saves. Who may not edit sees it as text. */
export function ReviewScreen() {
  const { bootstrap, words } = useOpenFlow();
  const editable = mayEdit(bootstrap);
  return (
    <>
      <Heading>{words.text(editable ? 'flow.review.heading' : 'flow.review.settings')}</Heading>
      {!editable && <p class="intro">{words.text('flow.state.readOnly', { app: bootstrap.app.name })}</p>}
      <SettingsList />
      <Changes />
      <PreviewPanel />
      {editable ? <ConfirmActions /> : <ReadOnlyActions />}
    </>
  );
}

function ReadOnlyActions() {
  const { bootstrap, controller, words } = useOpenFlow();
  if (!maySeeStatus(bootstrap) || bootstrap.configuration === null) return null;
  return (
    <div class="actions">
      <Button onPress={() => controller.go('status')}>{words.text('flow.common.back')}</Button>
    </div>
  );
}

export function ConfirmActions({ withBack = true }: { readonly withBack?: boolean }) {
  const { page, draft, controller, words } = useOpenFlow();
  const { saving, preview, saved } = page;
  const unchanged = saved !== null && changedFields(saved, draft).length === 0;
  const idle = words.text(saved === null ? 'flow.review.start' : 'flow.review.save');
  const label = { no: idle, saving: words.text('flow.review.saving'), waiting: words.text('flow.review.waiting') };
  return (
    <div class="actions">
      {withBack && (
        <Button disabled={saving === 'saving'} onPress={() => controller.back()}>
          {words.text('flow.common.back')}
        </Button>
      )}
      <Button
        look="primary"
        busy={saving !== 'no'}
        disabled={preview.phase !== 'ready' || unchanged}
        onPress={() => void controller.save()}
      >
        {label[saving]}
      </Button>
    </div>
  );
}

/** For a live schedule: what was, what will be, and from which sync on. */
export function Changes() {
  const { page, draft, bootstrap, words } = useOpenFlow();
  const dates = usePreviewDates();
  const { saved, preview } = page;
  if (saved === null || !mayEdit(bootstrap)) return null;
  const changed = changedFields(saved, draft);
  const telling = { words, dates, bootstrap };
  if (changed.length === 0) return <p class="hint">{words.text('flow.review.noChanges')}</p>;
  return (
    <section class="changes">
      <Heading below={1}>{words.text('flow.review.changes')}</Heading>
      <ul>
        {SETTING_NAMES.filter(([field]) => changed.includes(field)).map(([field, name]) => (
          <li key={field}>
            <span class="changed-name">{words.text(name)}</span> <del>{settingText(field, saved, telling)}</del>{' '}
            <ins>{settingText(field, draft, telling)}</ins>
          </li>
        ))}
      </ul>
      {preview.result !== undefined && <Affected preview={preview.result} />}
    </section>
  );
}

/** From when the changes count, and what of the past is read again for them. */
function Affected({ preview: { periods, resentPeriods } }: { readonly preview: FlowPreview }) {
  const { words } = useOpenFlow();
  const dates = usePreviewDates();
  const [first] = periods;
  if (first === undefined) return null;
  const again = resentPeriods > 0 ? tellResent(words, resentPeriods) : words.text('flow.review.resentNone');
  return (
    <p class="hint">
      {words.text('flow.review.affects', { due: dates.moment(first.dueDate) })} {again}
    </p>
  );
}
