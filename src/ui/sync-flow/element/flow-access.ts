import type { FlowClientOptions } from '../api/flow-client.js';
import { canonicalTag } from './flow-language.js';

export type Access = { -readonly [K in keyof FlowClientOptions]: FlowClientOptions[K] };

/** The client's options, in the language wished for at the time of a request; the session's for what is no language. */
export const accessOf = (wish: () => string): Access => ({
  apiBase: '',
  get locale() {
    return canonicalTag(wish());
  },
});
