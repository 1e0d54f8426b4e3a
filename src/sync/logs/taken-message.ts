import type { StartedRun } from '../../ports/runs.js';
import { counted } from './model-lines.js';

/** That a worker has taken a run, which attempt it is, and where it goes on from. */
export function takenMessage({ run, takenOver, checkpoint }: StartedRun): string {
  const begun = checkpoint.model === undefined ? undefined : run.progress[checkpoint.model];
  const done = checkpoint.done.length > 0 ? [`${checkpoint.done.join(', ')} done`] : [];
  const at = begun ? [`${checkpoint.model} at ${counted(begun.pages, 'page')}`] : [];
  const from = [...done, ...at].join(', ');
  const who = takenOver ? 'Taken over from a worker that was lost or stopped' : 'Taken by a worker';
  return `${who}: attempt ${run.attempt}${from === '' ? '' : `, going on with ${from}`}.`;
}
