import { Injectable } from '@nestjs/common';
import type { Instant } from '../domain/time/instant.js';
import { Secrets, type SealedSecret } from '../ports/secrets.js';
import type { CustomHeaders } from './custom-headers.js';

/** A secret that signs, and up to when: for ever, unless another has taken its place. */
export interface SigningSecret {
  readonly secret: string;
  readonly until?: Instant;
}

/** What of an endpoint is kept encrypted: headers too, because their values often are tokens. */
export interface EndpointSecrets {
  /** Newest first. One, save while a secret is being replaced. */
  readonly signing: readonly SigningSecret[];
  readonly headers: CustomHeaders;
}

/** The secrets that sign at an instant, newest first. */
export const signingAt = ({ signing }: EndpointSecrets, now: Instant): readonly SigningSecret[] =>
  signing.filter(({ until }) => until === undefined || until > now);

/** Seals and opens what an endpoint keeps secret, bound to its row. */
@Injectable()
export class EndpointVault {
  constructor(private readonly secrets: Secrets) {}

  seal(clientId: string, endpointId: string, content: EndpointSecrets): SealedSecret {
    return this.secrets.seal(ownerOf(clientId, endpointId), JSON.stringify(content));
  }

  /** Throws where the encryption key is not configured any more, or the row was tampered with. */
  open(clientId: string, endpointId: string, sealed: SealedSecret): EndpointSecrets {
    const { signing, headers } = JSON.parse(this.secrets.open(ownerOf(clientId, endpointId), sealed)) as Sealed;
    return { headers, signing: signing.map((one) => (typeof one === 'string' ? { secret: one } : one)) };
  }
}

/** What may be in a row: secrets were kept as plain texts before there was rotation. */
interface Sealed extends Pick<EndpointSecrets, 'headers'> {
  readonly signing: readonly (SigningSecret | string)[];
}

const ownerOf = (clientId: string, id: string) => ({ clientId, id, purpose: 'webhook-endpoint.secret' }) as const;
