import { toIso } from '../domain/time/instant.js';
import type { Company } from '../ports/tenancy.js';

/** A company as the API shows it. */
export const companyView = (company: Company) => ({
  id: company.id,
  name: company.name,
  reference: company.reference ?? null,
  tags: company.tags,
  createdAt: toIso(company.createdAt),
  updatedAt: toIso(company.updatedAt),
});
