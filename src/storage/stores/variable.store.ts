import { VariableStore, type ConnectionVariable } from '../../ports/variables.js';
import { toDate, toInstant } from '../columns.js';
import type { Session } from '../session.js';

interface VariableRow {
  readonly name: string;
  readonly value: unknown;
  readonly updated_at: Date;
}

const toVariable = ({ name, value, updated_at }: VariableRow): ConnectionVariable => ({
  name,
  value,
  updatedAt: toInstant(updated_at),
});

const SELECT = `
select name, value, updated_at from connection_variable where client_id = $1 and connection_id = $2`;

export class PgVariableStore extends VariableStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async list(connectionId: string): Promise<readonly ConnectionVariable[]> {
    const rows = await this.session.rows<VariableRow>(`${SELECT} order by name`, [this.session.clientId, connectionId]);
    return rows.map(toVariable);
  }

  override async find(connectionId: string, name: string): Promise<ConnectionVariable | undefined> {
    const key = [this.session.clientId, connectionId, name];
    const [row] = await this.session.rows<VariableRow>(`${SELECT} and name = $3`, key);
    return row && toVariable(row);
  }

  override async put(connectionId: string, { name, value, updatedAt }: ConnectionVariable): Promise<void> {
    await this.session.touched(
      `insert into connection_variable (client_id, connection_id, name, value, updated_at)
       values ($1, $2, $3, $4::jsonb, $5)
       on conflict (client_id, connection_id, name) do update set value = excluded.value, updated_at = excluded.updated_at`,
      [this.session.clientId, connectionId, name, JSON.stringify(value), toDate(updatedAt)],
    );
  }

  override async delete(connectionId: string, name: string): Promise<boolean> {
    const touched = await this.session.touched(
      'delete from connection_variable where client_id = $1 and connection_id = $2 and name = $3',
      [this.session.clientId, connectionId, name],
    );
    return touched > 0;
  }
}
