import { FlowWork } from '../flow/flow-work.js';
import { sheetOf } from '../element/flow-sheets.js';
import fields from '../styles/fields.css?inline';
import panels from '../styles/panels.css?inline';
import { ConflictScreen } from './conflict-screen.js';
import { DoneScreen } from './done-screen.js';
import { ExpressScreen } from './express-screen.js';
import { ReviewScreen } from './review-screen.js';
import type { LaterScreens } from './screen-set.js';
import { StatusScreen } from './status-screen.js';
import { WhenScreen } from './when-screen.js';

/** Fetched while the first screen is being read. */
export const laterScreens: LaterScreens = {
  screens: { when: WhenScreen, review: ReviewScreen, done: DoneScreen, status: StatusScreen },
  ConflictScreen,
  ExpressScreen,
  FlowWork,
  sheet: sheetOf(fields + panels),
};
