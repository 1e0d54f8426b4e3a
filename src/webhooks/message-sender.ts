import { Injectable, Logger } from '@nestjs/common';
import type { Instant } from '../domain/time/instant.js';
import { Contract } from '../platform/openapi.js';
import { Outbound, OutboundError, type OutboundErrorCode } from '../platform/outbound/outbound.js';
import { startStopwatch } from '../platform/stopwatch.js';
import type { DueDelivery } from '../ports/webhooks.js';
import { DeliveryPolicy } from './delivery-policy.js';
import { EndpointVault, type EndpointSecrets } from './endpoint-secrets.js';
import { signatureHeaders } from './signature.js';
import type { DeliveryAnswer } from './verdict.js';

export interface MessageToSend {
  readonly clientId: string;
  readonly messageId: string;
  readonly due: DueDelivery;
  readonly sentAt: Instant;
  readonly signal: AbortSignal;
}

export interface SentMessage {
  /** As sent, with the values of the endpoint's own headers masked. */
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly answer: DeliveryAnswer;
  /** Milliseconds. */
  readonly duration: number;
}

const MASK = '***';
const failureCodes: Partial<Record<OutboundErrorCode, string>> = {
  blocked_address: 'blocked_address',
  invalid_url: 'url_not_allowed',
  url_not_allowed: 'url_not_allowed',
  timeout: 'delivery_timeout',
  dns: 'dns_error',
  tls: 'tls_error',
};

/** Signs a message and posts its stored bytes, once. */
@Injectable()
export class MessageSender {
  private readonly logger = new Logger('deliver');

  constructor(
    private readonly outbound: Outbound,
    private readonly vault: EndpointVault,
    private readonly policy: DeliveryPolicy,
    private readonly contract: Contract,
  ) {}

  /** Whatever comes of it is an answer, save an abort by `signal`, which throws: such an attempt does not count. */
  async send(message: MessageToSend): Promise<SentMessage> {
    const { messageId, due, sentAt } = message;
    const secrets = this.open(message);
    if (!secrets) return { requestHeaders: {}, answer: unanswered('secret_unavailable'), duration: 0 };
    const { signing, headers } = secrets;
    const ours = {
      'content-type': 'application/json',
      'user-agent': `Meridian/${this.contract.version}`,
      ...signatureHeaders(signing, { messageId, sentAt, body: due.body }),
    };
    const elapsed = startStopwatch();
    const answer = await this.post(message, { ...headers, ...ours });
    const masked = Object.fromEntries(Object.keys(headers).map((name) => [name.toLowerCase(), MASK]));
    return { requestHeaders: { ...masked, ...ours }, answer, duration: elapsed() };
  }

  /** Undefined where the encryption key is not configured: told and tried again, so that it can be put back. */
  private open({ clientId, due: { endpoint } }: MessageToSend): EndpointSecrets | undefined {
    try {
      return this.vault.open(clientId, endpoint.id, endpoint.secrets);
    } catch (error) {
      this.logger.error({ err: error, endpointId: endpoint.id });
      return undefined;
    }
  }

  private async post({ due, signal }: MessageToSend, headers: Record<string, string>): Promise<DeliveryAnswer> {
    try {
      const {
        status,
        body,
        headers: answered,
      } = await this.outbound.request({
        method: 'POST',
        url: due.endpoint.url,
        headers,
        body: due.body,
        timeout: this.policy.deadline,
        maxBytes: this.policy.keptAnswer,
        onOverflow: 'truncate',
        signal,
      });
      return { kind: 'answered', statusCode: status, body: storable(body), retryAfter: answered['retry-after'] };
    } catch (error) {
      if (!(error instanceof OutboundError) || error.code === 'aborted') throw error;
      return unanswered(failureCodes[error.code] ?? 'delivery_failed');
    }
  }
}

const unanswered = (failureCode: string): DeliveryAnswer => ({ kind: 'unanswered', failureCode });

/** An answer may be any bytes; PostgreSQL keeps any text but NUL. */
const storable = (body: Buffer): string => body.toString('utf8').replaceAll('\0', '\ufffd');
