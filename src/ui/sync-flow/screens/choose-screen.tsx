import { Button } from '../controls/button.js';
import { Heading } from '../controls/heading.js';
import { ModelOptions } from '../controls/model-options.js';
import { useOpenFlow } from '../element/flow-context.js';

/** What to sync. */
export function ChooseScreen() {
  const { page, controller, words } = useOpenFlow();
  const leave = page.backToReview || page.saved !== null;
  return (
    <>
      <Heading>{words.text('flow.what.heading')}</Heading>
      <ChooseForm />
      <div class="actions">
        {leave && <Button onPress={() => controller.back()}>{words.text('flow.common.back')}</Button>}
        <Button look="primary" onPress={() => controller.next()}>
          {words.text('flow.common.continue')}
        </Button>
      </div>
    </>
  );
}

export function ChooseForm() {
  const { bootstrap, words } = useOpenFlow();
  const { app, source, target, options } = bootstrap;
  const intro =
    target === null
      ? words.text('flow.what.introNoTarget', { app: app.name, source: source.name })
      : words.text('flow.what.intro', { app: app.name, source: source.name, target: target.name });
  return (
    <>
      <p class="intro">{intro}</p>
      {options.models.length === 0 ? (
        <p class="fixed">{words.text('flow.what.everything', { source: source.name })}</p>
      ) : (
        <ModelOptions />
      )}
    </>
  );
}
