import { defineEntity, p } from '@mikro-orm/core';

/** A tenant. Every other row of the directory, accounts excepted, belongs to exactly one. */
const schema = defineEntity({
  name: 'Organization',
  comment: 'A tenant of the directory.',
  properties: {
    id: p.uuid().primary(),
    slug: p
      .text()
      .unique('organization_slug_unique')
      .comment('Names the organization in URLs and DNs.'),
    name: p.text(),
    createdAt: p.datetime(),
    version: p.integer().version(),
  },
});

export class Organization extends schema.class {}
schema.setClass(Organization);
