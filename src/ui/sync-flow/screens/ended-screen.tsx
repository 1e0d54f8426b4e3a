import type { ComponentChildren } from 'preact';
import { Button } from '../controls/button.js';
import { Heading } from '../controls/heading.js';
import { useFlow } from '../element/flow-context.js';

interface EndedProps {
  readonly heading: string;
  readonly children: ComponentChildren;
  readonly action?: { readonly text: string; readonly onPress: () => void } | undefined;
}

function Ended({ heading, children, action }: EndedProps) {
  return (
    <div class="ended" role="alert">
      <Heading>{heading}</Heading>
      <p class="intro">{children}</p>
      {action !== undefined && (
        <div class="actions start">
          <Button look="primary" onPress={action.onPress}>
            {action.text}
          </Button>
        </div>
      )}
    </div>
  );
}

function useAppName(): string {
  const { page, words } = useFlow();
  return page.bootstrap?.app.name ?? words.text('flow.state.yourApp');
}

/** The link leads nowhere, or not from this page. */
export function InvalidScreen() {
  const { words } = useFlow();
  const app = useAppName();
  return (
    <Ended heading={words.text('flow.state.invalidHeading')}>{words.text('flow.state.invalidBody', { app })}</Ended>
  );
}

/** The session has ended; the draft has not. */
export function ExpiredScreen() {
  const { page, controller, words, canRenew } = useFlow();
  const app = useAppName();
  const action = { text: words.text('flow.common.continue'), onPress: () => void controller.open() };
  const body = page.bootstrap === undefined ? '' : words.text('flow.state.expiredBody');
  return (
    <Ended heading={words.text('flow.state.expiredHeading')} action={canRenew ? action : undefined}>
      {canRenew ? body : words.text('flow.state.expiredLink', { app })}
    </Ended>
  );
}

/** The page could not be opened, and may be the next time. */
export function FailedScreen() {
  const { page, controller, words } = useFlow();
  const offline = page.failure?.kind === 'offline';
  const code = page.failure?.correlationId ?? '';
  const action = { text: words.text('flow.common.retry'), onPress: () => void controller.open() };
  return (
    <Ended heading={words.text(offline ? 'flow.state.offlineHeading' : 'flow.state.errorHeading')} action={action}>
      {offline || code === '' ? '' : words.text('flow.state.errorBody', { code })}
    </Ended>
  );
}
