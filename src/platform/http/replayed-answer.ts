/** Thrown in place of an answer that was given before and is given again, status and all. */
export class ReplayedAnswer extends Error {
  constructor(
    readonly status: number,
    readonly headers: Readonly<Record<string, string>>,
    readonly body: string | undefined,
  ) {
    super('A kept answer.');
    this.name = 'ReplayedAnswer';
  }
}
