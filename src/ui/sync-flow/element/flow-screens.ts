import { loadScreens } from '../screens/load-screens.js';

/** Milliseconds until screens that could not be fetched are asked for a second time. */
const PAUSE = 2000;

/** Fetches the later screens: after a second failure the page says so, and its button begins anew. */
export class FlowScreens {
  #underWay = false;

  constructor(
    private readonly onLoaded: () => void,
    private readonly onFailed: () => void,
    private readonly load: () => Promise<void> = loadScreens,
  ) {}

  /** Does nothing while they are being fetched. */
  ask(): void {
    if (this.#underWay) return;
    this.#underWay = true;
    void this.#try();
  }

  async #try(): Promise<void> {
    const again = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
      await this.load();
    };
    const end = await this.load()
      .catch(again)
      .then(
        () => this.onLoaded,
        () => this.onFailed,
      );
    this.#underWay = false;
    end();
  }
}
