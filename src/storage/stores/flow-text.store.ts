import { FlowTextStore, type FlowText } from '../../ports/flow-texts.js';
import type { Session } from '../session.js';

export class PgFlowTextStore extends FlowTextStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async list(locales: readonly string[]): Promise<readonly FlowText[]> {
    return this.session.rows<FlowText>(
      `select key, text from flow_text where client_id = $1 and locale = any($2::text[])
        order by array_position($2::text[], locale), key`,
      [this.session.clientId, locales],
    );
  }

  override async change(locale: string, texts: Readonly<Record<string, string | null>>): Promise<void> {
    const entries = Object.entries(texts);
    const [set, reset] = [entries.filter(([, text]) => text !== null), entries.filter(([, text]) => text === null)];
    await this.session.touched(
      `insert into flow_text (client_id, locale, key, text)
       select $1, $2, own.key, own.text from unnest($3::text[], $4::text[]) own (key, text)
       on conflict (client_id, locale, key) do update set text = excluded.text`,
      [this.session.clientId, locale, set.map(([key]) => key), set.map(([, text]) => text)],
    );
    await this.session.touched('delete from flow_text where client_id = $1 and locale = $2 and key = any($3::text[])', [
      this.session.clientId,
      locale,
      reset.map(([key]) => key),
    ]);
  }
}
