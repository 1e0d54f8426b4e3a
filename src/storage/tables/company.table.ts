import { EntitySchema } from 'typeorm';

export interface CompanyRow {
  readonly clientId: string;
  readonly id: string;
  readonly name: string;
  readonly reference: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const companyTable = new EntitySchema<CompanyRow>({
  name: 'company',
  columns: {
    clientId: { name: 'client_id', type: 'text', primary: true },
    id: { type: 'text', primary: true },
    name: { type: 'text' },
    reference: { type: 'text', nullable: true },
    tags: { type: 'jsonb' },
    version: { type: 'integer' },
    createdAt: { name: 'created_at', type: 'timestamptz' },
    updatedAt: { name: 'updated_at', type: 'timestamptz' },
  },
});
