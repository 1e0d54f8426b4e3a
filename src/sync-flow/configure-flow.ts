import { Injectable } from '@nestjs/common';
import { validationFailed } from '../domain/problem.js';
import type { FlowPrincipal } from '../platform/principal.js';
import { ConnectorRegistry } from '../ports/connector.js';
import type { ClientStores } from '../ports/stores.js';
import type { SyncOverview } from '../ports/syncs.js';
import { ChangeSync } from '../schedule/change-sync.js';
import { CreateSync } from '../schedule/create-sync.js';
import { editorOf } from '../schedule/editor.js';
import { modelsInForce, type FlowContext } from './flow-context.js';
import { readDraft, type FlowDraft } from './flow-draft.js';
import { openPeriodOf, previewDraft, type FlowPreview } from './flow-preview.js';
import { OpenFlows, type OpenFlow } from './open-flow.js';
import { previewStale, requireSeen } from './flow-versions.js';

export interface ConfigureFlowCommand {
  readonly principal: FlowPrincipal;
  readonly configuration: unknown;
  /** Of the preview that the merchant has seen. */
  readonly fingerprint: string;
  /** The version the page has seen; absent: nothing was configured. */
  readonly seen: number | 'any' | undefined;
}

/** What was saved, and what it leads to. */
export interface ConfiguredFlow {
  readonly flow: OpenFlow;
  readonly saved: SyncOverview;
}

/** How many periods a page shows that asks for no number. */
const SHOWN = 3;

/** Previews and saves what a merchant sets up. */
@Injectable()
export class ConfigureFlow {
  constructor(
    private readonly flows: OpenFlows,
    private readonly connectors: ConnectorRegistry,
    private readonly create: CreateSync,
    private readonly edit: ChangeSync,
  ) {}

  /** Saves nothing. Throws 422 with every problem, and 409 as saving it would. */
  async preview(principal: FlowPrincipal, configuration: unknown, count = SHOWN) {
    return this.flows.read(principal, async ({ stores, context, usualDelay }) => {
      const draft = this.draftOf(configuration, context);
      return { preview: await this.previewOf(stores, context, { draft, count }), usualDelay };
    });
  }

  /**
   * One transaction: what is checked is what is saved. Throws 412 with what is saved instead, 422 with every problem,
   * 409 preview_stale with the periods as they are by now, and as CreateSync and ChangeSync do.
   */
  async execute<T>(command: ConfigureFlowCommand, view: (configured: ConfiguredFlow) => Promise<T>): Promise<T> {
    const { principal, configuration, fingerprint, seen } = command;
    return this.flows.change(principal, async (flow) => {
      const { stores, context, usualDelay } = flow;
      await requireSeen(stores, context, seen);
      const draft = this.draftOf(configuration, context);
      const preview = await this.previewOf(stores, context, { draft, count: SHOWN });
      if (preview.fingerprint !== fingerprint) throw previewStale(preview, usualDelay);
      const saved = await this.save(stores, { principal, context, draft });
      return view({ flow: { ...flow, context: { ...context, sync: saved.sync } }, saved });
    });
  }

  private draftOf(configuration: unknown, context: FlowContext): FlowDraft {
    const read = readDraft(configuration, context, this.connectors);
    if (!read.ok) throw validationFailed(read.problems);
    return read.value;
  }

  private async previewOf(
    stores: ClientStores,
    context: FlowContext,
    wish: { readonly draft: FlowDraft; readonly count: number },
  ): Promise<FlowPreview> {
    return previewDraft(stores, context, { ...wish, open: await openPeriodOf(stores, context.sync) });
  }

  private async save(stores: ClientStores, { principal, context, draft }: Saving): Promise<SyncOverview> {
    const { clientId } = principal;
    const { sync, connection, now } = context;
    const by = editorOf(principal);
    const body = bodyOf(context, draft);
    if (!sync) return this.create.in(stores, { clientId, connectionId: connection.id, body, by }, now);
    return this.edit.in(stores, { clientId, syncId: sync.id, body, by }, now);
  }
}

interface Saving {
  readonly principal: FlowPrincipal;
  readonly context: FlowContext;
  readonly draft: FlowDraft;
}

/** The draft as the API takes it. What was not chosen is left as it is, and a sync without a schedule is set going. */
function bodyOf(context: FlowContext, { models, schedule }: FlowDraft): Readonly<Record<string, unknown>> {
  const { selectedFrequency, frequencyOptions, interval, startDate, syncHour, syncHourSource, timeZone } = schedule;
  const hour = syncHourSource === 'explicit' ? { syncHour } : {};
  return {
    schedule: { selectedFrequency, frequencyOptions, interval, startDate, timeZone, ...hour },
    ...(context.sync && isSame(models, modelsInForce(context)) ? {} : { models }),
    ...(context.sync?.schedule ? {} : { enabled: true }),
  };
}

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  JSON.stringify(a.toSorted()) === JSON.stringify(b.toSorted());
