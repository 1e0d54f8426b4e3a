import type { LaterScreens } from './screen-set.js';

let loaded: LaterScreens | undefined;

export const knownScreens = (): LaterScreens | undefined => loaded;

/** Once for all elements of a page. Asked for again where fetching failed. */
export async function loadScreens(): Promise<void> {
  loaded ??= (await import('./later-screens.js')).laterScreens;
}
