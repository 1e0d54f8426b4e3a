import { Injectable } from '@nestjs/common';
import { HOUR, plus, SECOND, type Instant } from '../domain/time/instant.js';
import { found, pointerTo, validationFailed } from '../domain/problem.js';
import { parseTimeZone } from '../domain/time/zoned-time.js';
import { makeId } from '../platform/new-id.js';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';
import type { FlowSession } from '../ports/flow-sessions.js';
import type { Client } from '../ports/tenancy.js';
import { FLOW_SCOPES, type CreateFlowSession } from './flow-session.body.js';
import { newFlowCode, newFlowToken } from './flow-tokens.js';
import { findTarget, isTarget, type TargetNames } from './flow-target.js';
import { unknownReferences } from './session-references.js';
import type { ClientStores } from '../ports/stores.js';

/** Seconds a token lives unless the request says otherwise. */
const USUAL_TTL = 1_800;
/** However much it is used, no token outlives this, in milliseconds. */
const LONGEST_LIFE = 4 * HOUR;

/** A session with its secrets, which nobody can read again. */
export interface OpenedFlowSession {
  readonly session: FlowSession;
  readonly token: string;
  /** For the hosted page; works once. */
  readonly code: string;
}

/** Sessions of the embeddable setup UI: made by the client's server, used by one merchant's browser. */
@Injectable()
export class FlowSessions {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws 422 for origins, addresses and ids that are not the client's and the company's, and where it is not plain
   * which sync the session is for.
   */
  async open(clientId: string, companyId: string, body: CreateFlowSession): Promise<OpenedFlowSession> {
    const now = await this.clock.now();
    const [token, code] = [newFlowToken(), newFlowCode()];
    return this.database.asClient(clientId, async (stores) => {
      found(await stores.companies.keep(companyId));
      const problems = await unknownReferences(companyId, body, stores);
      if (problems.length > 0) throw validationFailed(problems);
      await requireTarget({ companyId, ...namesOf(body) }, stores);
      const session = newSession(companyId, body, await stores.client.get(), now);
      await stores.flowSessions.insert(session, { token: token.hash, code: code.hash });
      return { session, token: token.text, code: code.text };
    });
  }

  /** Ends all of a company's sessions at once; answers how many. */
  async expireAll(clientId: string, companyId: string): Promise<number> {
    const now = await this.clock.now();
    return this.database.asClient(clientId, async ({ companies, flowSessions }) => {
      found(await companies.find(companyId));
      return flowSessions.expireAll(companyId, now);
    });
  }
}

const namesOf = ({ connectionId, syncId }: CreateFlowSession) => ({ connectionId, syncId });

/** Told now, to the client's own code, rather than later to a merchant who can do nothing about it. */
async function requireTarget(names: TargetNames, stores: ClientStores): Promise<void> {
  const found = await findTarget(names, stores);
  if (isTarget(found)) return;
  throw validationFailed([{ pointer: pointerTo(found.missing), code: 'required', message: found.message }]);
}

function newSession(companyId: string, body: CreateFlowSession, client: Client, now: Instant): FlowSession {
  const { locale, timeZone, redirectUrl, actor, merchantName, connectionId, syncId } = body;
  return {
    id: makeId('fs', now),
    companyId,
    connectionId,
    syncId,
    merchantName,
    view: body.view ?? 'auto',
    scopes: body.scopes ?? FLOW_SCOPES,
    allowedOrigins: body.allowedOrigins ?? client.allowedOrigins,
    locale: locale == null ? undefined : Intl.getCanonicalLocales(locale)[0],
    timeZone: timeZone == null ? undefined : parseTimeZone(timeZone),
    readOnly: body.readOnly ?? false,
    features: body.features ?? {},
    redirectUrl: redirectUrl ?? undefined,
    actor: actor && { id: actor.id, name: actor.name },
    createdAt: now,
    expiresAt: plus(now, (body.ttlSeconds ?? USUAL_TTL) * SECOND),
    lastPossibleAt: plus(now, LONGEST_LIFE),
    ttlSeconds: body.ttlSeconds ?? USUAL_TTL,
  };
}
