import type { ComponentChildren } from 'preact';
import { Icon, type Shape } from './icon.js';

export interface BannerProps {
  readonly tone: 'info' | 'warn' | 'bad';
  readonly title?: string;
  readonly children?: ComponentChildren;
  readonly actions?: ComponentChildren;
}

const ICONS: Readonly<Record<BannerProps['tone'], Shape>> = { info: 'info', warn: 'triangle', bad: 'cross' };

/** Said at once where something failed, and in turn where it is only news. */
export function Banner({ tone, title, children, actions }: BannerProps) {
  return (
    <div class={`banner ${tone}`} role={tone === 'info' ? 'status' : 'alert'}>
      <Icon shape={ICONS[tone]} />
      <div class="banner-text">
        {title !== undefined && title !== '' && <strong>{title} </strong>}
        {children}
        {actions !== undefined && <div class="actions start">{actions}</div>}
      </div>
    </div>
  );
}
