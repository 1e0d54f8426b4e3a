import { Injectable } from '@nestjs/common';
import { found } from '../domain/problem.js';
import { toIso } from '../domain/time/instant.js';
import type { FlowPrincipal } from '../platform/principal.js';
import type { FlowSession } from '../ports/flow-sessions.js';
import type { ClientStores } from '../ports/stores.js';
import { brandingOf } from './branding.js';
import { modelsInForce, type FlowContext } from './flow-context.js';
import { defaultsOf, optionsOf, startDateBounds, type FlowDefaults, type FlowModel } from './flow-options.js';
import { localesFor, speaking, textsFrom } from './flow-locale.js';
import { configurationView } from './flow.view.js';
import { OpenFlows } from './open-flow.js';
import { allows } from './flow-rights.js';
import { statusBeside } from './read-status.js';

/** Everything a page needs for its first paint. */
@Injectable()
export class Bootstrap {
  constructor(private readonly flows: OpenFlows) {}

  /** `locale`: the page's language, where it says one. Throws 409 nothing_to_sync. */
  async execute(principal: FlowPrincipal, locale: string | undefined) {
    return this.flows.read(speaking(principal, locale), async (flow) => {
      const { stores, context } = flow;
      const { session } = context;
      const [company, locales] = [await companyName(stores, session), localesFor(session.locale)];
      const text = textsFrom(await stores.flowTexts.list(locales));
      // Without the scope, what can be chosen is told as if nothing were: bounds and defaults follow the configuration.
      const visible = allows(session, 'config:read') ? context : { ...context, sync: undefined };
      return {
        session: sessionView(principal.session),
        ...partiesView(context, company),
        text,
        ...choicesView(visible),
        ...configuredIn(visible),
        status: context.sync?.schedule ? await statusBeside(flow) : null,
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
