import { Button } from '../controls/button.js';
import { Heading } from '../controls/heading.js';
import { Icon } from '../controls/icon.js';
import { useOpenFlow } from '../element/flow-context.js';
import { useSavedDates } from '../i18n/use-dates.js';
import { spanOf } from '../i18n/dates.js';
import { maySeeStatus } from '../state/rights.js';
import { cityOf } from '../zones/zone-search.js';

/** It is saved; this is what comes first. */
export function DoneScreen() {
  const { page, bootstrap, controller, words } = useOpenFlow();
  const { redirectUrl } = bootstrap.session;
  return (
    <div class="done">
      <span class="seal">
        <Icon shape="check" />
      </span>
      <Heading>{words.text(page.wasConfigured ? 'flow.done.changed' : 'flow.done.heading')}</Heading>
      <p class="intro">
        <DoneText />
      </p>
      <div class="actions centre">
        {redirectUrl !== null && (
          <a class="button plain" part="button" href={redirectUrl} rel="noreferrer">
            {words.text('flow.done.return', { app: bootstrap.app.name })}
          </a>
        )}
        {maySeeStatus(bootstrap) && (
          <Button look="primary" onPress={() => controller.go('status')}>
            {words.text('flow.done.status')}
          </Button>
        )}
      </div>
    </div>
  );
}

function DoneText() {
  const { page, draft, words } = useOpenFlow();
  const dates = useSavedDates();
  const { firstPeriod, wasConfigured } = page;
  if (firstPeriod === null) return <>{words.text('flow.done.paused')}</>;
  const range = dates.range(spanOf(firstPeriod));
  const values = { range, due: dates.moment(firstPeriod.dueDate), zone: cityOf(draft.timeZone) };
  return <>{words.text(wasConfigured ? 'flow.done.next' : 'flow.done.first', values)}</>;
}
