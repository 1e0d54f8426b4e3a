import { Injectable } from '@nestjs/common';
import { conflict, DomainError } from '../domain/problem.js';
import type { FlowPrincipal } from '../platform/principal.js';
import { RunRequests } from '../ports/run-requests.js';
import type { Sync } from '../ports/syncs.js';
import { ChangeSync } from '../schedule/change-sync.js';
import { editorOf } from '../schedule/editor.js';
import { isPlanning } from '../schedule/sync-states.js';
import { OpenFlows, type OpenFlow } from './open-flow.js';
import { allows } from './flow-rights.js';
import { statusBeside } from './read-status.js';

/** What a merchant does with a sync that is set up. Each may be said twice. */
@Injectable()
export class ActOnFlow {
  constructor(
    private readonly flows: OpenFlows,
    private readonly edit: ChangeSync,
    private readonly runs: RunRequests,
  ) {}

  /** Throws 409 nothing_to_sync and sync_unscheduled. */
  async pause(principal: FlowPrincipal) {
    return this.enable(principal, false).catch(discreetFor(principal));
  }

  /** As pause; and 409 connection_not_linked. */
  async resume(principal: FlowPrincipal) {
    return this.enable(principal, true).catch(discreetFor(principal));
  }

  /** As pause; and 409 as a run of type `latest` does, save that one under way already is as good. */
  async syncNow(principal: FlowPrincipal) {
    return this.request(principal).catch(discreetFor(principal));
  }

  private async request(principal: FlowPrincipal) {
    const { clientId, session } = principal;
    const { id: syncId } = await this.flows.read(principal, async ({ context }) => scheduled(context.sync));
    await this.runs.latest({ clientId, syncId, sessionId: session.id }).catch(unlessActive);
    // It edits nothing, so whatever version there is now, others made it.
    return this.flows.read(principal, (flow) => acted(flow));
  }

  private async enable(principal: FlowPrincipal, enabled: boolean) {
    return this.flows.change(principal, async (flow) => {
      const { stores, context } = flow;
      const sync = scheduled(context.sync);
      if (isPlanning(sync) === enabled) return acted(flow);
      const command = { clientId: principal.clientId, syncId: sync.id, body: { enabled }, by: editorOf(principal) };
      const { sync: after } = await this.edit.in(stores, command, context.now);
      return acted({ ...flow, context: { ...context, sync: after } }, sync.version);
    });
  }
}

/** `found`: the version before it, where it changed that. */
async function acted(flow: OpenFlow, found?: number) {
  const { sync, session } = flow.context;
  const { version } = scheduled(sync);
  const versions = { previousVersion: found ?? version, version };
  return {
    status: await statusBeside(flow),
    ...(allows(session, 'config:read') ? versions : { previousVersion: null, version: null }),
  };
}

function scheduled(sync: Sync | undefined): Sync {
  if (sync?.schedule) return sync;
  throw conflict('sync_unscheduled', 'Nothing is set up yet.');
}

/** A refusal names spans and ids. A session that may not ask for the status is told the code alone. */
const discreetFor =
  ({ session }: FlowPrincipal) =>
  (error: unknown): never => {
    const isOpen = allows(session, 'status:read') || !(error instanceof DomainError) || error.status !== 'conflict';
    throw isOpen ? error : conflict(error.code, 'This cannot be done at present.');
  };

function unlessActive(error: unknown): void {
  if (error instanceof DomainError && error.code === 'run_active') return;
  throw error;
}
