/** A text of the client's own in the place of one of the set-up page's. */
export interface FlowText {
  readonly key: string;
  /** Empty: nothing is shown. */
  readonly text: string;
}

export abstract class FlowTextStore {
  /** Of these languages, those of a later one last. */
  abstract list(locales: readonly string[]): Promise<readonly FlowText[]>;
  /** Sets the texts, and forgets those that are null. */
  abstract change(locale: string, texts: Readonly<Record<string, string | null>>): Promise<void>;
}
