import { SECOND } from '../../domain/time/instant.js';
import { makeId } from '../../platform/new-id.js';
import { OutboundError, type Outbound, type OutboundResponse } from '../../platform/outbound/outbound.js';
import { signatureHeaders } from '../../platform/signing/signature.js';
import type { Clock } from '../../ports/clock.js';
import type {
  ConnectionProblem,
  ConnectorConnection,
  ModelCapabilities,
  ModelDescription,
} from '../../ports/connector.js';
import {
  DelegatingConnector,
  type Assignment,
  type HandedRun,
  type Handover,
  type Patience,
} from '../../ports/delegating-connector.js';
import { requestFailure } from '../source-failure.js';
import { handoverOf, refusalOf } from './handler-answer.js';
import { abortMessage, bodyOf, startMessage, testMessage, type HandlerMessage } from './handler-messages.js';
import {
  credentialProblems,
  handlerCredentialsSchema,
  handlerSettings,
  handlerSettingsSchema,
  patienceOf,
  settingsProblems,
} from './handler-settings.js';

type Settings = ConnectorConnection['settings'];

/** Milliseconds for an answer: to accept a run takes no work. */
const PATIENCE = 15 * SECOND;
/** Bytes of an answer that are read; a result is far shorter. */
const MOST_BYTES = 64 * 1024;

/** The client's own code: runs are handed to it by a signed request, and it reports back. */
export class HandlerConnector extends DelegatingConnector {
  override readonly platform = 'handler';
  override readonly name = 'Your own code';
  override readonly description = 'A handler of your own that is told what to read, reads it, and reports back.';
  override readonly modelsInSettings = true;
  override readonly credentialsRequired = true;
  override readonly settingsSchema = handlerSettingsSchema;
  override readonly credentialsSchema = handlerCredentialsSchema;
  /** It is told the range and the filter, and is trusted with both. */
  override readonly capabilities: ModelCapabilities = {
    sort: true,
    page: true,
    filter: true,
    incremental: true,
    total: true,
    updatedAt: true,
    createdAt: true,
    announcesChanges: false,
  };

  constructor(
    private readonly outbound: Outbound,
    private readonly clock: Clock,
  ) {
    super();
  }

  override validate(settings: unknown, credentials: unknown): readonly ConnectionProblem[] {
    const problems = settingsProblems(settings, this.outbound);
    if (credentials === undefined || credentials === null) return problems;
    return [...problems, ...credentialProblems(credentials)];
  }

  override needsCredentials(): boolean {
    return true;
  }

  override sourceHost(settings: Settings): string {
    return new URL(handlerSettings(settings).url).hostname;
  }

  override models(settings: Settings): readonly ModelDescription[] {
    const { models = [] } = handlerSettings(settings);
    return models.map(({ name, announcesChanges = false }) => ({
      name,
      capabilities: { ...this.capabilities, announcesChanges },
    }));
  }

  override patience(settings: Settings): Patience {
    return patienceOf(handlerSettings(settings));
  }

  override async test(connection: ConnectorConnection, signal: AbortSignal): Promise<void> {
    const answer = await this.post(connection, testMessage(connection.connectionId), signal);
    if (answer.status < 200 || answer.status >= 300)
      throw refusalOf(nameOf(connection), answer, await this.clock.now());
  }

  override async start(assignment: Assignment, signal: AbortSignal): Promise<Handover> {
    const { connection } = assignment;
    const answer = await this.post(connection, startMessage(assignment), signal);
    return handoverOf(nameOf(connection), answer, await this.clock.now());
  }

  override async abort(handed: HandedRun, signal: AbortSignal): Promise<void> {
    await this.post(handed.connection, abortMessage(handed), signal);
  }

  /** Once: a message that was perhaps received is not sent again under the same token. */
  private async post(
    connection: ConnectorConnection,
    message: HandlerMessage,
    signal: AbortSignal,
  ): Promise<OutboundResponse> {
    const now = await this.clock.now();
    const body = bodyOf(message, now);
    const signed = signatureHeaders([secretOf(connection)], { messageId: makeId('msg', now), sentAt: now, body });
    try {
      return await this.outbound.request({
        method: 'POST',
        url: handlerSettings(connection.settings).url,
        headers: { 'content-type': 'application/json', ...signed },
        body,
        timeout: PATIENCE,
        maxBytes: MOST_BYTES,
        onOverflow: 'truncate',
        signal,
      });
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof OutboundError ? requestFailure(nameOf(connection), error) : error;
    }
  }
}

const secretOf = ({ credentials }: ConnectorConnection): string => String(credentials['secret']);

/** The request as messages name it; without its query, which may hold a key. */
const nameOf = ({ settings }: ConnectorConnection): string => `POST ${new URL(handlerSettings(settings).url).pathname}`;
