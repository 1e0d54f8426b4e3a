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
  /** Its first failed attempt since anything was delivered; absent while it does not fail. */
  readonly failingSince?: Instant;
  readonly lastSuccessAt?: Instant;
  /** Nothing is sent before; it may have passed. */
  readonly pausedUntil?: Instant;
  readonly version: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export type NewWebhookEndpoint = Pick<
  WebhookEndpoint,
  'id' | 'url' | 'description' | 'eventTypes' | 'companyTags' | 'rateLimit' | 'secrets'
>;

/** Null empties, absent leaves. */
export interface WebhookEndpointChange {
  readonly url?: string;
  readonly description?: string | null;
  readonly eventTypes?: readonly string[];
  readonly companyTags?: readonly string[];
  readonly rateLimit?: number | null;
  readonly secrets?: SealedSecret;
  readonly disabledReason?: DisabledReason | null;
  readonly failingSince?: null;
  readonly pausedUntil?: null;
}

/** What attempts, made one after another, say about their endpoint. */
export interface EndpointHealth {
  /** When the first of those that failed was made. */
  readonly failedAt?: Instant;
  /** When the last of those that succeeded was made. One that did makes up for all that failed. */
  readonly succeededAt?: Instant;
  /** How long the receiver asks to be left alone. */
  readonly pausedUntil?: Instant;
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
  /**
   * Notes how attempts went; no change of the settings, so the version stays. Locks the row. Answers the endpoint as it
   * is then, undefined where it is disabled or gone. Failures that are `patience` milliseconds apart are not one series.
   */
  abstract recordHealth(
    endpointId: string,
    health: EndpointHealth,
    patience: number,
  ): Promise<WebhookEndpoint | undefined>;
  /** Whoever asks by hand for something to be sent does not want to wait: no pause of these endpoints lasts on. */
  abstract endPauses(endpointIds: readonly string[]): Promise<void>;
  /** With its deliveries and attempts. */
  abstract delete(endpointId: string): Promise<boolean>;
}

/** A message to be written in the transaction that makes it true. */
export interface NewMessage {
  readonly id: string;
  readonly clientId: string;
  /** Absent where it is about no company: then the company tags of an endpoint do not matter. */
  readonly companyId?: string;
  readonly connectionId?: string;
  readonly syncId?: string;
  readonly periodId?: string;
  readonly runId?: string;
  readonly type: string;
  /** Counts the messages of the sync. */
  readonly sequence?: number;
  /** The bytes to be signed and sent, under 20 kB. */
  readonly body: string;
  /** To be sent to this endpoint alone, whatever it subscribes to, disabled or not, and not before `at`. */
  readonly addressee?: { readonly endpointId: string; readonly at: Instant };
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
  readonly companyId?: string;
  readonly connectionId?: string;
  readonly syncId?: string;
  readonly runId?: string;
  readonly sequence?: number;
  readonly createdAt: Instant;
  readonly body: string;
  readonly deliveries: readonly WebhookDelivery[];
}

/** All of what is given. */
export interface MessageFilter {
  readonly type?: string;
  readonly companyId?: string;
  readonly syncId?: string;
  /** Messages promised to this endpoint. */
  readonly endpointId?: string;
  /** Messages with a delivery in this state, to the endpoint if one is given. */
  readonly state?: DeliveryState;
  /** Made at or after. */
  readonly since?: Instant;
  /** Made before. */
  readonly until?: Instant;
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

/** A message that is to be sent to an endpoint now. */
export interface DueDelivery {
  readonly messageId: string;
  /** The attempt to be made, 1 the first ever. */
  readonly attempt: number;
  /** The same within the present round of attempts; it begins anew when the message is sent again. */
  readonly attemptInRound: number;
  readonly body: string;
}

/** Up to when a delivery counts as due, how many are wanted, and the messages that are in hand already. */
export interface DueRequest {
  readonly now: Instant;
  readonly limit: number;
  readonly except: readonly string[];
}

/** An attempt, and the state of its delivery from now on. */
export interface RecordedAttempt extends DeliveryAttempt {
  readonly messageId: string;
  readonly state: DeliveryState;
}

/** Messages made at or after `since` and, where that is given, before `until`. */
export interface MessageSpan {
  readonly since: Instant;
  readonly until?: Instant;
}

export abstract class WebhookDeliveryStore {
  /** What is due to an endpoint, the longest due first. */
  abstract due(endpointId: string, request: DueRequest): Promise<readonly DueDelivery[]>;
  /**
   * Records attempts at one endpoint and moves their deliveries on. One that is out of date is left out: another
   * recorded it before, or the delivery was settled otherwise. Answers how many were recorded.
   */
  abstract record(endpointId: string, attempts: readonly RecordedAttempt[]): Promise<number>;
  /** When the next attempt at the endpoint is to be made; undefined where nothing is pending. */
  abstract nextAttemptAt(endpointId: string): Promise<Instant | undefined>;
  /** Settles what is pending at an endpoint that nothing is sent to any more; answers how many. */
  abstract failPending(endpointId: string): Promise<number>;
  /**
   * Makes deliveries of the message pending again, at once, whatever their state: to one enabled endpoint, or to
   * all enabled ones that subscribe to it. Answers the jobs to be enqueued.
   */
  abstract reopen(messageId: string, endpointId: string | undefined, now: Instant): Promise<readonly DeliveryJob[]>;
  /** Makes what failed at the endpoint pending again; answers how many messages. */
  abstract recover(endpointId: string, span: MessageSpan, now: Instant): Promise<number>;
  /** Promises the endpoint every message it subscribes to, delivered before or not; answers how many. */
  abstract replay(endpointId: string, span: MessageSpan, now: Instant): Promise<number>;
}

/** Writes messages in the transaction that makes them true. */
export abstract class MessageOutbox {
  /** Answers the jobs of their first attempts, to be enqueued in the same transaction. */
  abstract publish(messages: readonly NewMessage[], now: Instant): Promise<readonly DeliveryJob[]>;
}

/** Over all clients: what is left over, and what is old. */
export abstract class DeliveryUpkeep {
  /** Endpoints with something overdue since `overdue` and no job that would send it. */
  abstract withoutJob(overdue: Instant): Promise<readonly DeliveryJob[]>;
  /** Forgets messages made before, with deliveries and attempts, save those that are still to be sent. At most `limit`. */
  abstract deleteBefore(before: Instant, limit: number): Promise<number>;
}
