import type { ClientStores } from '../ports/stores.js';
import type { FlowContext } from './flow-context.js';
import { localesFor, textsFrom } from './flow-locale.js';
import { reasonKey, reasonOf } from './reason-texts.js';
import { reasonTextsIn } from './reason-texts.locales.js';

/** What a code means to a merchant, as a sentence. */
export type TellReason = (code: string) => string;

/** In the language of the page, the client's own texts before Meridian's. Nothing of what a source said is in any. */
export async function tellReasons(stores: ClientStores, { session, connection, client }: FlowContext) {
  const locales = localesFor(session.locale);
  const own = textsFrom(await stores.flowTexts.list(locales));
  const usual = reasonTextsIn(locales.at(-1) ?? '');
  const names: Readonly<Record<string, string>> = { source: connection.name, app: client.name };
  const tell: TellReason = (code) => {
    const reason = reasonOf(code);
    const text = own[reasonKey(reason)] ?? usual[reason];
    return text.replaceAll(/\{(source|app)\}/g, (_, name: string) => names[name] ?? '');
  };
  return tell;
}
