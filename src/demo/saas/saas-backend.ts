import { instant } from '../../domain/time/instant.js';
import type { ConnectedCompany } from '../connected-company.js';
import type { DemoAnswer, DemoApi } from '../demo-api.js';
import type { InboxMessage } from '../inbox-message.js';
import type { SampleShop } from '../sample-shop.js';
import { heardFrom, type SaasEvent } from './saas-event.js';
import { newMerchant } from './saas-merchant.js';
import { StartOver } from './start-over.js';

export interface SaasBackendOptions {
  readonly api: DemoApi;
  /** The SaaS's API key, which never leaves its server. */
  readonly key: string;
  readonly shop: Pick<SampleShop, 'url' | 'token'>;
  readonly merchant: ConnectedCompany;
  /** The webhooks that arrived, newest first. */
  readonly messages: () => readonly InboxMessage[];
  /** ISO 8601. */
  readonly now: () => string;
  /** Told when there is another merchant. */
  readonly onMerchant: (merchant: ConnectedCompany) => void;
}

/** What a SaaS keeps on its server for `<sync-flow>`: a way to a token, and ears for webhooks. */
export class SaasBackend {
  private merchant: ConnectedCompany;
  private done: readonly SaasEvent[] = [];
  private readonly starts = new StartOver(() => this.replaceMerchant());

  constructor(private readonly options: SaasBackendOptions) {
    this.merchant = options.merchant;
  }

  /** A token for the merchant's browser, which may use it from our own page only. */
  async openSession(): Promise<string> {
    const { companyId, connectionId } = this.merchant;
    const path = `/v1/companies/${companyId}/flow-sessions`;
    const session = await this.create(path, { connectionId, features: { syncHour: true, frequency: true } });
    this.note('Opened a session for the browser', 'POST /v1/companies/{companyId}/flow-sessions');
    return String(session['token']);
  }

  /** Asks for what there is so far, so that a merchant need not wait for the first due date. Answers whether it did. */
  async syncFirst(): Promise<boolean> {
    const sync = await this.sync();
    if (sync === undefined || sync['lastRun'] != null) return false;
    const { status } = await this.request('POST', `/v1/syncs/${String(sync['id'])}/runs`, { type: 'latest' });
    if (status !== 201) return false;
    this.note('Asked for a first sync at once', 'POST /v1/syncs/{syncId}/runs');
    return true;
  }

  /** Answers whether there is another merchant; not, where there have been too many within a minute. */
  async startOver(): Promise<boolean> {
    return this.starts.ask(instant(this.options.now()));
  }

  /** What the server did and heard for the merchant, newest first. */
  events(): readonly SaasEvent[] {
    const heard = heardFrom(this.options.messages(), this.merchant.companyId);
    // Webhooks tell the second: what was heard in the second in which something was done came after it.
    return [...heard, ...this.done.toReversed()].toSorted((a, b) => second(b).localeCompare(second(a)));
  }

  /** Another merchant of the same name, with nothing set up; the one before is deleted with all it has. */
  private async replaceMerchant(): Promise<void> {
    const { companyId } = this.merchant;
    this.merchant = await newMerchant(this.options);
    this.done = [];
    this.options.onMerchant(this.merchant);
    await this.request('DELETE', `/v1/companies/${companyId}`);
  }

  private async sync(): Promise<DemoAnswer['body'] | undefined> {
    const { body } = await this.request('GET', `/v1/syncs?companyId=${this.merchant.companyId}`);
    const [sync] = body['data'] as readonly DemoAnswer['body'][];
    return sync;
  }

  private note(title: string, detail: string): void {
    this.done = [...this.done, { at: this.options.now(), kind: 'did', title, detail }];
  }

  private request(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<DemoAnswer> {
    return this.options.api.request(method, path, { key: this.options.key, body });
  }

  private create(path: string, body: unknown): Promise<DemoAnswer['body']> {
    return this.options.api.create(path, { key: this.options.key, body });
  }
}

const second = ({ at }: SaasEvent): string => at.slice(0, 19);
