import { Steps } from '../controls/steps.js';
import { useFlow } from '../element/flow-context.js';
import { isExpress, mayEdit } from '../state/rights.js';
import { ChooseScreen } from './choose-screen.js';
import { LoadingScreen } from './loading-screen.js';
import { Notices } from './notices.js';

/** The flow itself. */
export function OpenScreen() {
  return (
    <>
      <Steps />
      <Notices />
      <Shown />
    </>
  );
}

function Shown() {
  const { page, screens } = useFlow();
  const { bootstrap, screen, conflict } = page;
  if (bootstrap === undefined) return null;
  const asking = screen !== 'done' && screen !== 'status';
  const express = asking && isExpress(bootstrap) && mayEdit(bootstrap);
  if (screen === 'choose' && !express && conflict === undefined) return <ChooseScreen />;
  if (screens === undefined) return <LoadingScreen />;
  if (conflict !== undefined) return <screens.ConflictScreen conflict={conflict} />;
  if (express) return <screens.ExpressScreen />;
  const Later = screen === 'choose' ? ChooseScreen : screens.screens[screen];
  return <Later key={screen} />;
}
