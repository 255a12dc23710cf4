import { defineEntity, p } from '@mikro-orm/core';
import { tenantKey } from './tenant-key.ts';

/** A resource of a type that the operator declares. */
const resourceSchema = defineEntity({
  name: 'ScimResource',
  comment: 'A resource of a type that the operator declares.',
  uniques: [
    {
      name: 'scim_resource_external_id_unique',
      properties: ['organization', 'type', 'externalId'],
    },
  ],
  indexes: [
    { name: 'scim_resource_order_index', properties: ['organization', 'type', 'createdAt', 'id'] },
  ],
  properties: {
    ...tenantKey,
    type: p.text(),
    externalId: p.text().nullable(),
    attributes: p.json<unknown>(),
    attributesKey: p
      .json<unknown>()
      .comment('The attributes, each value in the form by which it compares.'),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
    version: p.integer().version(),
  },
});

export class ScimResource extends resourceSchema.class {}
resourceSchema.setClass(ScimResource);

/** A value that only one resource of its type may have. */
const uniqueValueSchema = defineEntity({
  name: 'ScimUniqueValue',
  comment: 'A value that only one resource of its type may have.',
  indexes: [{ name: 'scim_unique_value_resource_index', properties: ['organization', 'resource'] }],
  properties: {
    organization: tenantKey.organization,
    type: p.text().primary(),
    attribute: p.text().primary(),
    valueHash: p.text().primary().comment('SHA-256 of the value in the form by which it compares.'),
    resource: () =>
      p
        .manyToOne(ScimResource)
        .joinColumns('organization_id', 'resource_id')
        .deleteRule('cascade')
        .updateRule('restrict'),
  },
});

export class ScimUniqueValue extends uniqueValueSchema.class {}
uniqueValueSchema.setClass(ScimUniqueValue);
