import { isId } from '../domain/id.js';
import { pointerTo, type Problem } from '../domain/problem.js';
import type { ClientStores } from '../ports/stores.js';
import type { Client } from '../ports/tenancy.js';
import type { CreateFlowSession } from './flow-session.body.js';

/** What in the request names something that the client does not have: origins, addresses, ids. */
export async function unknownReferences(
  companyId: string,
  body: CreateFlowSession,
  stores: ClientStores,
): Promise<readonly Problem[]> {
  const client = await stores.client.get();
  const connectionId = await connectionOf(companyId, body, stores);
  return [
    ...originProblems(body.allowedOrigins ?? [], client),
    ...redirectProblems(body.redirectUrl, client),
    ...(connectionId === 'unknown' ? [unknown('connectionId')] : []),
    ...(await syncProblems({ companyId, connectionId }, body, stores)),
  ];
}

const originProblems = (origins: readonly string[], { allowedOrigins }: Client): readonly Problem[] =>
  origins.flatMap((origin, index) =>
    allowedOrigins.includes(origin)
      ? []
      : {
          pointer: pointerTo('allowedOrigins', index),
          code: 'origin_not_allowed',
          message: 'This origin is not one of the client’s allowedOrigins.',
        },
  );

function redirectProblems(url: string | null | undefined, { redirectUrls }: Client): readonly Problem[] {
  if (url == null || redirectUrls.includes(url)) return [];
  const message = 'redirectUrl is not one of the client’s redirectUrls.';
  return [{ pointer: '/redirectUrl', code: 'url_not_allowed', message }];
}

async function connectionOf(companyId: string, { connectionId }: CreateFlowSession, { connections }: ClientStores) {
  if (connectionId === undefined) return undefined;
  const connection = isId('con', connectionId) ? await connections.find(connectionId) : undefined;
  return connection?.companyId === companyId ? connection.id : 'unknown';
}

/** The sync must be the company's and, where a connection is named too, that connection's. */
async function syncProblems(
  { companyId, connectionId }: { companyId: string; connectionId: string | undefined },
  { syncId }: CreateFlowSession,
  { syncs }: ClientStores,
): Promise<readonly Problem[]> {
  if (syncId === undefined) return [];
  const sync = isId('syn', syncId) ? await syncs.find(syncId) : undefined;
  const isOfConnection = connectionId === undefined || sync?.connectionId === connectionId;
  return sync?.companyId === companyId && isOfConnection ? [] : [unknown('syncId')];
}

const unknown = (member: 'connectionId' | 'syncId'): Problem => ({
  pointer: pointerTo(member),
  code: 'unknown_reference',
  message: `The company has no such ${member === 'syncId' ? 'sync' : 'connection'}.`,
});
