import { conflict, DomainError } from '../domain/problem.js';
import { toIso } from '../domain/time/instant.js';
import { expectedVersion } from '../platform/etag.js';
import type { ClientStores } from '../ports/stores.js';
import type { SyncEdit } from '../ports/sync-edits.js';
import { modelsInForce, type FlowContext } from './flow-context.js';
import type { FlowPreview } from './flow-preview.js';
import { configurationView, flowPreviewView } from './flow.view.js';

/** What a page has seen, by its `If-Match`: a version, whatever is configured, or, without the header, nothing. */
export function seenVersion(header: string | undefined): number | 'any' | undefined {
  if (header === undefined) return undefined;
  return expectedVersion(header) ?? 'any';
}

/** Throws 412 with what is saved where that is not what the page has seen. */
export async function requireSeen(
  stores: ClientStores,
  context: FlowContext,
  seen: number | 'any' | undefined,
): Promise<void> {
  const { sync } = context;
  const version = sync?.schedule ? sync.version : undefined;
  if (seen === version || (seen === 'any' && version !== undefined)) return;
  throw new DomainError({
    code: 'precondition_failed',
    status: 'precondition_failed',
    message:
      version === undefined
        ? 'Nothing is set up any more. To set it up anew, save without If-Match.'
        : 'These settings were changed meanwhile. Look at them, and decide again.',
    details: { ...currentView(context), ...(await changedView(stores, context)) },
  });
}

function currentView(context: FlowContext) {
  const { sync } = context;
  if (!sync?.schedule) return { current: null, version: null };
  return { current: configurationView(modelsInForce(context), sync.schedule), version: sync.version };
}

async function changedView({ syncEdits }: ClientStores, { sync, client }: FlowContext) {
  const [last] = sync ? (await syncEdits.list(sync.id, { limit: 1 })).data : [];
  return { changedBy: last ? nameOf(last, client.name) : null, changedAt: last ? toIso(last.editedAt) : null };
}

/** A person where one is known; the client's own code goes by the client's name. */
const nameOf = ({ editedBy }: SyncEdit, client: string): string | null =>
  editedBy.kind === 'api_key' ? client : (editedBy.actor?.name ?? null);

/** 409: the periods are others by now than the merchant has seen, for one because midnight has passed. */
export const previewStale = (preview: FlowPreview, usualDelay: number | null): DomainError =>
  conflict('preview_stale', 'The periods are others by now. Show them, and ask again.', {
    preview: flowPreviewView(preview, usualDelay),
  });
