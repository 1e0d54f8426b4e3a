import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useFlow } from '../element/flow-context.js';

/** Takes the focus after a step of the merchant's, never on the first page: the host's focus is not ours to take. */
export function Heading({ children, below = 0 }: { readonly children: ComponentChildren; readonly below?: 0 | 1 }) {
  const { page, headingLevel } = useFlow();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (below === 0 && page.steps > 0) heading.current?.focus();
  }, [page.steps, page.screen, below]);
  const Tag = `h${Math.min(6, headingLevel + below)}` as 'h2';
  return below === 0 ? (
    <Tag class="heading" part="heading" tabIndex={-1} ref={heading}>
      {children}
    </Tag>
  ) : (
    <Tag class="subheading">{children}</Tag>
  );
}
