import { useState } from 'preact/hooks';
import type { RecentPeriod } from '../api/contract.js';
import { useOpenFlow } from '../element/flow-context.js';
import { useSavedDates } from '../i18n/use-dates.js';
import { Button } from './button.js';
import { Heading } from './heading.js';
import { Icon } from './icon.js';
import { OUTCOMES } from './status-words.js';

/** Rows to begin with; the strip above shows all of them. */
const FEW = 5;

/** The latest periods: a strip to glance at, and a table that says the same in words. */
export function History({ recent }: { readonly recent: readonly RecentPeriod[] }) {
  const { words } = useOpenFlow();
  const [all, setAll] = useState(false);
  if (recent.length === 0) return null;
  return (
    <section class="history" part="history">
      <div class="history-head">
        <Heading below={1}>{words.text('flow.status.recent')}</Heading>
        <span class="cells" aria-hidden="true">
          {recent.toReversed().map(({ start, outcome }) => (
            <span key={start} class={`cell ${OUTCOMES[outcome].tone}`}>
              <Icon shape={OUTCOMES[outcome].shape} />
            </span>
          ))}
        </span>
      </div>
      <HistoryTable recent={all ? recent : recent.slice(0, FEW)} />
      {!all && recent.length > FEW && (
        <Button look="link" onPress={() => setAll(true)}>
          {words.text('flow.status.all')}
        </Button>
      )}
    </section>
  );
}

function HistoryTable({ recent }: { readonly recent: readonly RecentPeriod[] }) {
  const { words } = useOpenFlow();
  const dates = useSavedDates();
  const numbers = new Intl.NumberFormat(words.tag);
  return (
    <table class="periods">
      <thead>
        <tr>
          <th scope="col">{words.text('flow.status.covers')}</th>
          <th scope="col">{words.text('flow.status.result')}</th>
          <th scope="col" class="number">
            {words.text('flow.status.records')}
          </th>
        </tr>
      </thead>
      <tbody>
        {recent.map(({ start, finish, outcome, records }) => (
          <tr key={start}>
            <td>{dates.range({ start, finish })}</td>
            <td class={`outcome ${OUTCOMES[outcome].tone}`}>{words.text(OUTCOMES[outcome].key)}</td>
            <td class="number">{records > 0 ? numbers.format(records) : '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
