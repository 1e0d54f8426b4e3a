import type { Client } from '../ports/tenancy.js';

type Members = Readonly<Record<string, unknown>>;

/** What the set-up page knows of a client's branding; whatever else it holds stays with the client. */
export interface FlowBranding {
  readonly targetName?: string;
  /** CSS values by name, such as `accent`. */
  readonly theme: Readonly<Record<string, string>>;
  readonly logoUrl?: string;
  readonly models: Readonly<Record<string, ModelBranding>>;
}

export interface ModelBranding {
  readonly title?: string;
  readonly description?: string;
  readonly required: boolean;
}

/** Clients write it freely: what is not as it should be is left out. */
export function brandingOf({ branding }: Client): FlowBranding {
  const theme = Object.entries(membersIn(branding['theme'])).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  );
  const models = Object.entries(membersIn(branding['models'])).map(([name, value]) => [name, modelIn(value)] as const);
  return {
    targetName: textIn(branding['targetName']),
    theme: Object.fromEntries(theme),
    logoUrl: addressIn(branding['logoUrl']),
    models: Object.fromEntries(models),
  };
}

function modelIn(value: unknown): ModelBranding {
  const { title, description, required } = membersIn(value);
  return { title: textIn(title), description: textIn(description), required: required === true };
}

const membersIn = (value: unknown): Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {};

const textIn = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** An image is only ever loaded over https. */
const addressIn = (value: unknown): string | undefined =>
  typeof value === 'string' && /^https:\/\//i.test(value) && URL.canParse(value) ? value : undefined;
