/** Lets one waiter go on early. Cheaper than an abort signal, which makes an error with a stack for each ring. */
export class Bell {
  private wake: (() => void) | undefined;
  private hasRung = false;

  /** Ends the wait that is under way; without one, the next does not wait. */
  ring(): void {
    this.hasRung = true;
    this.wake?.();
  }

  /** Waits until the bell rings, or so many milliseconds; answers whether it rang. */
  async wait(milliseconds: number): Promise<boolean> {
    if (!this.hasRung) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        timer = setTimeout(resolve, milliseconds);
      });
      clearTimeout(timer);
      this.wake = undefined;
    }
    const { hasRung } = this;
    this.hasRung = false;
    return hasRung;
  }
}
