import { Injectable } from '@nestjs/common';
import { found } from '../domain/problem.js';
import { toIso } from '../domain/time/instant.js';
import type { FlowPrincipal } from '../platform/principal.js';
import type { FlowScope, FlowSession } from '../ports/flow-sessions.js';
import type { ClientStores } from '../ports/stores.js';
import { brandingOf } from './branding.js';
import { modelsInForce, type FlowContext } from './flow-context.js';
import { defaultsOf, optionsOf, startDateBounds, type FlowDefaults, type FlowModel } from './flow-options.js';
import { localesFor, textsFrom } from './flow-locale.js';
import { configurationView } from './flow.view.js';
import { OpenFlows, type OpenFlow } from './open-flow.js';
import { readStatus } from './read-status.js';

/** Everything a page needs for its first paint. */
@Injectable()
export class Bootstrap {
  constructor(private readonly flows: OpenFlows) {}

  /** `locale`: the page's language, where it says one. Throws 409 nothing_to_sync. */
  async execute(principal: FlowPrincipal, locale: string | undefined) {
    return this.flows.read(principal, async (flow) => {
      const { stores, context } = flow;
      const { session } = context;
      const allowed = (scope: FlowScope) => session.scopes.includes(scope);
      const [company, locales] = [await companyName(stores, session), localesFor(locale ?? session.locale)];
      const text = textsFrom(await stores.flowTexts.list(locales));
      const configured = allowed('config:read') ? configuredIn(context) : NOT_CONFIGURED;
      return {
        session: sessionView(session),
        ...partiesView(context, company),
        text,
        ...choicesView(context),
        ...configured,
        status: await statusIn(flow, allowed('status:read')),
      };
    });
  }
}

const NOT_CONFIGURED = { configuration: null, version: null };

function configuredIn(context: FlowContext) {
  const { sync } = context;
  if (!sync?.schedule) return NOT_CONFIGURED;
  return { configuration: configurationView(modelsInForce(context), sync.schedule), version: sync.version };
}

/** None where there is nothing to tell of, or the session may not ask. */
async function statusIn({ stores, context, usualDelay }: OpenFlow, isAllowed: boolean) {
  return isAllowed && context.sync?.schedule ? readStatus(stores, context, usualDelay) : null;
}

async function companyName({ companies }: ClientStores, { merchantName, companyId }: FlowSession): Promise<string> {
  return merchantName ?? found(await companies.find(companyId)).name;
}

const sessionView = (session: FlowSession) => ({
  id: session.id,
  view: session.view,
  scopes: session.scopes,
  readOnly: session.readOnly,
  features: session.features,
  expiresAt: toIso(session.expiresAt),
  locale: session.locale ?? null,
  timeZone: session.timeZone ?? null,
  redirectUrl: session.redirectUrl ?? null,
  allowedOrigins: session.allowedOrigins,
});

function partiesView({ client, connection }: FlowContext, company: string) {
  const { targetName, theme, logoUrl } = brandingOf(client);
  const { platform, name, state } = connection;
  return {
    app: { name: client.name, branding: { theme, logoUrl: logoUrl ?? null } },
    company: { name: company },
    source: { platform, name, state },
    target: targetName === undefined ? null : { name: targetName },
  };
}

function choicesView(context: FlowContext) {
  const { models, frequencies, isSyncHourEditable } = optionsOf(context);
  return {
    options: { models: models.map(modelView), frequencies, syncHour: { editable: isSyncHourEditable } },
    constraints: { startDate: startDateBounds(context) },
    defaults: defaultsView(defaultsOf(context)),
  };
}

const modelView = ({ name, title, description, required }: FlowModel) => ({
  name,
  title,
  description: description ?? null,
  required,
});

const defaultsView = ({ interval, timeZone, ...defaults }: FlowDefaults) => ({
  ...defaults,
  interval: interval ?? null,
  timeZone: timeZone ?? null,
});
