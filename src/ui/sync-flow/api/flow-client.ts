import type {
  FlowActed,
  FlowAction,
  FlowBootstrap,
  FlowConfiguration,
  FlowPreview,
  FlowRuns,
  FlowSaved,
  FlowStatus,
} from './contract.js';
import { sender, type FlowClientOptions } from './send.js';

export type * from './contract.js';
export { FlowFailure, type FailureKind } from './flow-failure.js';
export type { FlowClientOptions, TokenReason } from './send.js';

export interface FlowSave {
  readonly configuration: FlowConfiguration;
  /** Of the preview that the merchant has seen. */
  readonly fingerprint: string;
  /** The version that was edited; null for a first configuration. */
  readonly version: number | null;
  /** The same for every attempt at one save. */
  readonly idempotencyKey: string;
}

export interface FlowClient {
  /** `locale` is a BCP 47 tag; the session's when absent: it may know better than the page. */
  session(locale?: string): Promise<FlowBootstrap>;
  preview(configuration: FlowConfiguration, more?: { count?: number; signal?: AbortSignal }): Promise<FlowPreview>;
  save(save: FlowSave): Promise<FlowSaved>;
  /** Undefined when nothing has changed since `etag`. */
  status(etag?: string): Promise<{ readonly status: FlowStatus; readonly etag: string | undefined } | undefined>;
  runs(cursor?: string): Promise<FlowRuns>;
  act(action: FlowAction, idempotencyKey: string): Promise<FlowActed>;
}

/** 128 random bits, for a page that may not have `crypto.randomUUID` (plain http). */
export const newIdempotencyKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

function query(parameters: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

/** The flow without its looks: what `<sync-flow>` itself uses. Every method throws a FlowFailure. */
export function createFlowClient(options: FlowClientOptions): FlowClient {
  const send = sender(options);
  const inLocale = (path: string, more: Readonly<Record<string, string | undefined>> = {}): string =>
    path + query({ ...more, locale: options.locale });
  return {
    session: async (locale) => (await send<FlowBootstrap>({ path: `/flow/v1/session${query({ locale })}` })).body,
    preview: async (configuration, { count = 3, signal } = {}) =>
      (await send<FlowPreview>({ method: 'POST', path: '/flow/v1/preview', body: { configuration, count }, signal }))
        .body,
    save: async ({ configuration, fingerprint, version, idempotencyKey }) => {
      const headers = { 'idempotency-key': idempotencyKey, 'if-match': version === null ? undefined : `"${version}"` };
      const body = { configuration, fingerprint };
      return (await send<FlowSaved>({ method: 'PUT', path: inLocale('/flow/v1/configuration'), body, headers })).body;
    },
    status: async (etag) => {
      const answer = await send<FlowStatus>({ path: inLocale('/flow/v1/status'), headers: { 'if-none-match': etag } });
      return answer.status === 304 ? undefined : { status: answer.body, etag: answer.etag };
    },
    runs: async (cursor) => (await send<FlowRuns>({ path: inLocale('/flow/v1/runs', { cursor }) })).body,
    act: async (action, idempotencyKey) => {
      const headers = { 'idempotency-key': idempotencyKey };
      return (await send<FlowActed>({ method: 'POST', path: inLocale(`/flow/v1/actions/${action}`), headers })).body;
    },
  };
}
