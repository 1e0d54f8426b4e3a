import { Injectable } from '@nestjs/common';
import { Secrets, type SealedSecret, type SecretOwner } from '../ports/secrets.js';
import type { Connection } from '../ports/tenancy.js';
import type { Json } from './connection.body.js';

/** Seals and opens the credentials of connections; each opens in its own row only. */
@Injectable()
export class ConnectionCredentials {
  constructor(private readonly secrets: Secrets) {}

  /** Undefined where there is nothing to seal. */
  seal(clientId: string, connectionId: string, credentials: Json | undefined): SealedSecret | undefined {
    if (credentials === undefined || Object.keys(credentials).length === 0) return undefined;
    return this.secrets.seal(ownerOf(clientId, connectionId), JSON.stringify(credentials));
  }

  /** Undefined where none are stored. */
  open(clientId: string, { id, credentials }: Connection): Json | undefined {
    if (credentials === undefined) return undefined;
    return JSON.parse(this.secrets.open(ownerOf(clientId, id), credentials)) as Json;
  }
}

const ownerOf = (clientId: string, id: string): SecretOwner => ({ clientId, id, purpose: 'connection.credentials' });
