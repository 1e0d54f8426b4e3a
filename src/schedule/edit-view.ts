import { toIso } from '../domain/time/instant.js';
import type { Editor, SyncEdit } from '../ports/sync-edits.js';

/** An edit as the API answers it. */
export const syncEditView = ({ id, syncId, kind, editedBy, changes, editedAt }: SyncEdit) => ({
  id,
  syncId,
  kind,
  editedAt: toIso(editedAt),
  editedBy: editorView(editedBy),
  changes,
});

function editorView(editor: Editor) {
  if (editor.kind === 'api_key') return { kind: editor.kind, apiKeyId: editor.apiKeyId, sessionId: null, actor: null };
  const { kind, sessionId, actor } = editor;
  return { kind, apiKeyId: null, sessionId, actor: actor ? { id: actor.id, name: actor.name ?? null } : null };
}
