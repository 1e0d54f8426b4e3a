import { useEffect, useRef, useState } from 'preact/hooks';
import type { FlowAction } from '../api/contract.js';
import { useOpenFlow } from '../element/flow-context.js';
import { spanOf } from '../i18n/dates.js';
import { usePreviewDates } from '../i18n/use-dates.js';

/** Said in turn to those who do not see it. */
const News = ({ children }: { readonly children: string }) => (
  <div class="hidden" role="status">
    {children}
  </div>
);

/** A preview that has changed; the first one is found by reading on. */
export function PreviewNews() {
  const { page, words } = useOpenFlow();
  const dates = usePreviewDates();
  const [news, setNews] = useState('');
  const { result } = page.preview;
  const known = useRef(result);
  useEffect(() => {
    const first = result?.periods[0];
    if (first !== undefined && known.current !== undefined && known.current !== result) {
      const covers = first.days > 1 ? words.plural('flow.common.days', first.days) : dates.range(spanOf(first));
      setNews(words.text('flow.preview.updated', { covers }));
    }
    known.current = result;
  }, [result]);
  return <News>{news}</News>;
}

/** What an action came to. */
export function ActionNews() {
  const { page, words } = useOpenFlow();
  const [news, setNews] = useState('');
  const before = useRef<FlowAction | undefined>(undefined);
  useEffect(() => {
    if (before.current !== undefined && page.acting === undefined && page.failure === undefined) {
      setNews(words.text(`flow.status.acted.${before.current}`));
    }
    before.current = page.acting;
  }, [page.acting, page.failure]);
  return <News>{news}</News>;
}
