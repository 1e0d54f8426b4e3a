import { Heading } from '../controls/heading.js';
import { PreviewPanel } from '../controls/preview-panel.js';
import { useOpenFlow } from '../element/flow-context.js';
import { ChooseForm } from './choose-screen.js';
import { Changes, ConfirmActions } from './review-screen.js';
import { WhenForm } from './when-screen.js';

/** All the questions on one page: a single click where the proposals fit. */
export function ExpressScreen() {
  const { page, words } = useOpenFlow();
  return (
    <>
      <Heading>{words.text('flow.what.heading')}</Heading>
      <ChooseForm />
      <Heading below={1}>{words.text('flow.when.heading')}</Heading>
      <WhenForm />
      <Changes />
      <PreviewPanel />
      <ConfirmActions withBack={page.saved !== null} />
    </>
  );
}
