import { Injectable } from '@nestjs/common';
import { conflict, DomainError } from '../domain/problem.js';
import type { FlowPrincipal } from '../platform/principal.js';
import { RunRequests } from '../ports/run-requests.js';
import type { Sync } from '../ports/syncs.js';
import { ChangeSync } from '../schedule/change-sync.js';
import { editorOf } from '../schedule/editor.js';
import { isPlanning } from '../schedule/sync-states.js';
import { OpenFlows, type OpenFlow } from './open-flow.js';
import { readStatus } from './read-status.js';

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
    return this.enable(principal, false);
  }

  /** As pause; and 409 connection_not_linked. */
  async resume(principal: FlowPrincipal) {
    return this.enable(principal, true);
  }

  /** As pause; and 409 as a run of type `latest` does, save that one under way already is as good. */
  async syncNow(principal: FlowPrincipal) {
    const { clientId, session } = principal;
    const { id: syncId } = await this.flows.read(principal, async ({ context }) => scheduled(context.sync));
    await this.runs.latest({ clientId, syncId, sessionId: session.id }).catch(unlessActive);
    return this.flows.read(principal, acted);
  }

  private async enable(principal: FlowPrincipal, enabled: boolean) {
    return this.flows.change(principal, async (flow) => {
      const { stores, context } = flow;
      const sync = scheduled(context.sync);
      if (isPlanning(sync) === enabled) return acted(flow);
      const command = { clientId: principal.clientId, syncId: sync.id, body: { enabled }, by: editorOf(principal) };
      const { sync: after } = await this.edit.in(stores, command, context.now);
      return acted({ ...flow, context: { ...context, sync: after } });
    });
  }
}

async function acted({ stores, context, usualDelay }: OpenFlow) {
  const { version } = scheduled(context.sync);
  return { status: await readStatus(stores, context, usualDelay), version };
}

function scheduled(sync: Sync | undefined): Sync {
  if (sync?.schedule) return sync;
  throw conflict('sync_unscheduled', 'Nothing is set up yet.');
}

function unlessActive(error: unknown): void {
  if (error instanceof DomainError && error.code === 'run_active') return;
  throw error;
}
