import type { Principal } from '../platform/principal.js';
import type { Editor } from '../ports/sync-edits.js';

/** The caller, as an edit names it. */
export function editorOf(principal: Principal): Editor {
  if (principal.kind !== 'flow') return { kind: 'api_key', apiKeyId: principal.keyId };
  const { id: sessionId, actor } = principal.session;
  return { kind: 'flow', sessionId, ...(actor ? { actor } : {}) };
}
