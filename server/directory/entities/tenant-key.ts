import { p } from '@mikro-orm/core';
import { Organization } from './organization.ts';

/**
 * The key of everything that an organization owns: it leads with the organization, so that composite
 * foreign keys make a reference across organizations impossible in the database itself.
 */
export const tenantKey = {
  organization: () =>
    p.manyToOne(Organization).primary().deleteRule('cascade').updateRule('restrict'),
  id: p.uuid().primary(),
};
