import { useFlow } from '../element/flow-context.js';

/** Bones appear only where the answer takes its time. */
export function LoadingScreen() {
  const { words } = useFlow();
  return (
    <div class="skeleton late">
      <p class="hidden" role="status">
        {words.text('flow.state.loading')}
      </p>
      <span class="bone tall" />
      <span class="bone" />
      <span class="bone" />
      <span class="bone short" />
    </div>
  );
}
