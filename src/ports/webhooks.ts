import type { Instant } from '../domain/time/instant.js';
import type { DeliveryJob } from './job-queue.js';
import type { Page, PageRequest } from './page.js';
import type { SealedSecret } from './secrets.js';

/** Why nothing is sent: by hand, after an answer of 410, after days of failing. */
export type DisabledReason = 'manual' | 'gone' | 'failing';

/** Where a client wants its messages. */
export interface WebhookEndpoint {
  readonly id: string;
  readonly url: string;
  readonly description?: string;
  /** Empty: all types. */
  readonly eventTypes: readonly string[];
  /** `key:value`; a company with any of them matches. Empty: all companies. */
  readonly companyTags: readonly string[];
  /** Most messages a second; absent: no limit. */
  readonly rateLimit?: number;
  /** The signing secret and the custom headers, sealed together. */
  readonly secrets: SealedSecret;
  /** Present while the endpoint is disabled. */
  readonly disabledReason?: DisabledReason;
  readonly version: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export type NewWebhookEndpoint = Omit<WebhookEndpoint, 'disabledReason' | 'version' | 'createdAt' | 'updatedAt'>;

/** Null empties, absent leaves. */
export interface WebhookEndpointChange {
  readonly url?: string;
  readonly description?: string | null;
  readonly eventTypes?: readonly string[];
  readonly companyTags?: readonly string[];
  readonly rateLimit?: number | null;
  readonly secrets?: SealedSecret;
  readonly disabledReason?: DisabledReason | null;
}

export abstract class WebhookEndpointStore {
  /** How many there are; a second caller waits until this transaction ends, so that a limit holds. */
  abstract countForInsert(): Promise<number>;
  abstract insert(endpoint: NewWebhookEndpoint, now: Instant): Promise<WebhookEndpoint>;
  abstract find(endpointId: string): Promise<WebhookEndpoint | undefined>;
  /** As find, and locks the row to the end of the transaction. */
  abstract lock(endpointId: string): Promise<WebhookEndpoint | undefined>;
  /** Oldest first. */
  abstract list(page: PageRequest): Promise<Page<WebhookEndpoint>>;
  /** Writes the change and raises the version. A disabled endpoint’s pending deliveries become failed. */
  abstract update(endpointId: string, change: WebhookEndpointChange, now: Instant): Promise<WebhookEndpoint>;
  /** With its deliveries and attempts. */
  abstract delete(endpointId: string): Promise<boolean>;
}

/** A message to be written in the transaction that makes it true. */
export interface NewMessage {
  readonly id: string;
  readonly clientId: string;
  readonly companyId: string;
  readonly connectionId: string;
  readonly syncId?: string;
  readonly periodId?: string;
  readonly runId?: string;
  readonly type: string;
  /** Counts the messages of the sync. */
  readonly sequence?: number;
  /** The bytes to be signed and sent, under 20 kB. */
  readonly body: string;
}

/** `failed`: the attempts are used up, or the endpoint was disabled. */
export type DeliveryState = 'pending' | 'delivered' | 'failed';

/** How far a message has come with one endpoint. */
export interface WebhookDelivery {
  readonly endpointId: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly lastAttemptAt?: Instant;
  /** Present while pending. */
  readonly nextAttemptAt?: Instant;
}

export interface WebhookMessage {
  readonly id: string;
  readonly type: string;
  readonly companyId: string;
  readonly connectionId: string;
  readonly syncId?: string;
  readonly runId?: string;
  readonly sequence?: number;
  readonly createdAt: Instant;
  readonly body: string;
  readonly deliveries: readonly WebhookDelivery[];
}

export interface MessageFilter {
  readonly type?: string;
  readonly companyId?: string;
  readonly syncId?: string;
}

/** One POST and what came of it. */
export interface DeliveryAttempt {
  readonly endpointId: string;
  /** 1 is the first. */
  readonly attempt: number;
  readonly attemptedAt: Instant;
  readonly url: string;
  /** As sent, with the values of custom headers masked. */
  readonly requestHeaders: Readonly<Record<string, string>>;
  /** Absent where nothing was answered. */
  readonly statusCode?: number;
  /** The first 4 kB. */
  readonly responseBody?: string;
  /** Absent where it was delivered. */
  readonly failureCode?: string;
  /** Milliseconds. */
  readonly duration: number;
  readonly nextAttemptAt?: Instant;
}

export abstract class WebhookMessageStore {
  abstract find(messageId: string): Promise<WebhookMessage | undefined>;
  /** Newest first. */
  abstract list(filter: MessageFilter, page: PageRequest): Promise<Page<WebhookMessage>>;
  /** Newest first, over all endpoints. */
  abstract attempts(messageId: string, page: PageRequest): Promise<Page<DeliveryAttempt>>;
}

/** What an attempt needs to know. */
export interface DueDelivery {
  readonly body: string;
  readonly endpoint: Pick<WebhookEndpoint, 'id' | 'url' | 'secrets' | 'disabledReason'>;
}

/** Which attempt of which delivery: a job’s data within one client. */
export type DeliveryKey = Omit<DeliveryJob, 'clientId'>;

export abstract class WebhookDeliveryStore {
  /** Undefined where the attempt is out of date: recorded already, settled otherwise, or the endpoint is gone. */
  abstract findDue(key: DeliveryKey): Promise<DueDelivery | undefined>;
  /** Records the attempt and moves the delivery on; false, and nothing is written, where another did so before. */
  abstract record(messageId: string, attempt: DeliveryAttempt, state: DeliveryState): Promise<boolean>;
  /** Settles a delivery that is not attempted any more. */
  abstract fail(key: DeliveryKey): Promise<void>;
  /**
   * Makes deliveries of the message pending again, at once, whatever their state: to one enabled endpoint, or to
   * all enabled ones that subscribe to it. Answers the jobs to be enqueued.
   */
  abstract reopen(messageId: string, endpointId: string | undefined, now: Instant): Promise<readonly DeliveryJob[]>;
}

/** Writes messages in the transaction that makes them true. */
export abstract class MessageOutbox {
  /** Answers the first attempts, to be enqueued in the same transaction. */
  abstract publish(messages: readonly NewMessage[], now: Instant): Promise<readonly DeliveryJob[]>;
}
