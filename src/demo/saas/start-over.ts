import { MINUTE, plus, type Instant } from '../../domain/time/instant.js';

/** In a minute; each deletes a merchant and all that it has. */
const MOST = 10;

/** Work that anybody may ask for, a few times a minute and one at a time: who asks meanwhile has what is under way. */
export class StartOver {
  private underWay: Promise<void> | undefined;
  private begun: readonly Instant[] = [];

  constructor(private readonly work: () => Promise<void>) {}

  /** Answers whether it was done; not, where it was too often in the last minute. */
  async ask(now: Instant): Promise<boolean> {
    if (this.underWay === undefined) {
      this.begun = this.begun.filter((at) => plus(at, MINUTE) > now);
      if (this.begun.length >= MOST) return false;
      this.begun = [...this.begun, now];
      this.underWay = this.work().finally(() => (this.underWay = undefined));
    }
    await this.underWay;
    return true;
  }
}
