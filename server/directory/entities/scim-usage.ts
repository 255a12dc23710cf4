import { defineEntity, p } from '@mikro-orm/core';
import { ScimToken } from './credential.ts';
import { tenantKey } from './tenant-key.ts';

const token = () =>
  p
    .manyToOne(ScimToken)
    .primary()
    .joinColumns('organization_id', 'token_id')
    .deleteRule('cascade')
    .updateRule('restrict');

/** How often a SCIM connection leans on a tolerance of its profile. */
const toleranceUseSchema = defineEntity({
  name: 'ScimToleranceUse',
  comment: 'How often a SCIM connection leans on a tolerance of its profile.',
  properties: {
    organization: tenantKey.organization,
    token,
    tolerance: p.text().primary(),
    uses: p.integer(),
    lastUsedAt: p.datetime(),
  },
});

export class ScimToleranceUse extends toleranceUseSchema.class {}
toleranceUseSchema.setClass(ScimToleranceUse);

/** The last request of a SCIM connection, and the last that failed. */
const requestSchema = defineEntity({
  name: 'ScimRequest',
  comment: 'The last request of a SCIM connection, and the last that failed.',
  properties: {
    organization: tenantKey.organization,
    token,
    failed: p.boolean().primary(),
    at: p.datetime(),
    method: p.text(),
    path: p.text().comment('Without ids and queries, which can name people.'),
    status: p.integer(),
    detail: p.text().nullable(),
  },
});

export class ScimRequest extends requestSchema.class {}
requestSchema.setClass(ScimRequest);
