import { Injectable } from '@nestjs/common';
import { Secrets, type SealedSecret } from '../ports/secrets.js';
import type { CustomHeaders } from './custom-headers.js';

/** What of an endpoint is kept encrypted: headers too, because their values often are tokens. */
export interface EndpointSecrets {
  /** Each signs; one, save while a secret is being replaced. */
  readonly signing: readonly string[];
  readonly headers: CustomHeaders;
}

/** Seals and opens what an endpoint keeps secret, bound to its row. */
@Injectable()
export class EndpointVault {
  constructor(private readonly secrets: Secrets) {}

  seal(clientId: string, endpointId: string, content: EndpointSecrets): SealedSecret {
    return this.secrets.seal(ownerOf(clientId, endpointId), JSON.stringify(content));
  }

  /** Throws where the encryption key is not configured any more, or the row was tampered with. */
  open(clientId: string, endpointId: string, sealed: SealedSecret): EndpointSecrets {
    return JSON.parse(this.secrets.open(ownerOf(clientId, endpointId), sealed)) as EndpointSecrets;
  }
}

const ownerOf = (clientId: string, id: string) => ({ clientId, id, purpose: 'webhook-endpoint.secret' }) as const;
