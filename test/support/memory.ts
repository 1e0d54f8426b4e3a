import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Memory of this process that is in use, in bytes: what nothing refers to is let go of first. */
export function liveMemory(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Watches the memory of this process; `risen` answers by how many bytes it rose at most since. */
export function watchMemory(): { risen(): number; stop(): void } {
  const before = process.memoryUsage.rss();
  let most = before;
  const look = (): void => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 5);
  return {
    risen: () => {
      look();
      return most - before;
    },
    stop: () => clearInterval(timer),
  };
}
