import { Injectable, Logger } from '@nestjs/common';
import type { Instant } from '../../domain/time/instant.js';
import { Contract } from '../../platform/openapi.js';
import { Outbound, OutboundError, type OutboundErrorCode } from '../../platform/outbound/outbound.js';
import { signatureHeaders } from '../../platform/signing/signature.js';
import { startStopwatch } from '../../platform/stopwatch.js';
import type { SealedSecret } from '../../ports/secrets.js';
import type { WebhookEndpoint } from '../../ports/webhooks.js';
import { EndpointVault, signingAt, type EndpointSecrets } from '../endpoint-secrets.js';
import { DeliveryPolicy } from './delivery-policy.js';
import type { DeliveryAnswer } from './verdict.js';

export interface MessageToSend {
  readonly clientId: string;
  readonly endpoint: Pick<WebhookEndpoint, 'id' | 'url' | 'secrets'>;
  readonly messageId: string;
  readonly body: string;
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
  /** Opened once for as long as the endpoint is in hand, not for each of its messages. */
  private readonly opened = new WeakMap<SealedSecret, EndpointSecrets>();

  constructor(
    private readonly outbound: Outbound,
    private readonly vault: EndpointVault,
    private readonly policy: DeliveryPolicy,
    private readonly contract: Contract,
  ) {}

  /** Whatever comes of it is an answer, save an abort by `signal`, which throws: such an attempt does not count. */
  async send(message: MessageToSend): Promise<SentMessage> {
    const opened = this.signed(message);
    if (!opened) return { requestHeaders: {}, answer: unanswered('secret_unavailable'), duration: 0 };
    const { headers, signatures } = opened;
    const ours = {
      'content-type': 'application/json',
      'user-agent': `Meridian/${this.contract.version}`,
      ...signatures,
    };
    const elapsed = startStopwatch();
    const answer = await this.post(message, { ...headers, ...ours });
    const masked = Object.fromEntries(Object.keys(headers).map((name) => [name.toLowerCase(), MASK]));
    return { requestHeaders: { ...masked, ...ours }, answer, duration: elapsed() };
  }

  /** Undefined where the encryption key is not configured: told and tried again, so that it can be put back. */
  private signed({ clientId, endpoint: { id, secrets }, messageId, sentAt, body }: MessageToSend) {
    try {
      const content = this.opened.get(secrets) ?? this.vault.open(clientId, id, secrets);
      this.opened.set(secrets, content);
      const signing = signingAt(content, sentAt).map(({ secret }) => secret);
      return { headers: content.headers, signatures: signatureHeaders(signing, { messageId, sentAt, body }) };
    } catch (error) {
      this.logger.error({ err: error, endpointId: id });
      return undefined;
    }
  }

  private async post(message: MessageToSend, headers: Record<string, string>): Promise<DeliveryAnswer> {
    try {
      const answered = await this.outbound.request({
        method: 'POST',
        url: message.endpoint.url,
        headers,
        body: message.body,
        timeout: this.policy.deadline,
        maxBytes: this.policy.keptAnswer,
        onOverflow: 'truncate',
        signal: message.signal,
      });
      const { status: statusCode, body } = answered;
      return { kind: 'answered', statusCode, body: storable(body), retryAfter: answered.headers['retry-after'] };
    } catch (error) {
      if (!(error instanceof OutboundError) || error.code === 'aborted') throw error;
      return unanswered(failureCodes[error.code] ?? 'delivery_failed');
    }
  }
}

const unanswered = (failureCode: string): DeliveryAnswer => ({ kind: 'unanswered', failureCode });

/** An answer may be any bytes; PostgreSQL keeps any text but NUL. */
const storable = (body: Buffer): string => body.toString('utf8').replaceAll('\0', '\ufffd');
