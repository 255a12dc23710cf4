import { defineEntity, p } from '@mikro-orm/core';
import { tenantKey } from './tenant-key.ts';

/** The answer to a request that may be sent again: whoever repeats it gets this one. */
const schema = defineEntity({
  name: 'IdempotentAnswer',
  comment: 'The answer to a request that may be sent again.',
  indexes: [{ name: 'idempotent_answer_created_index', properties: ['organization', 'createdAt'] }],
  properties: {
    ...tenantKey,
    requestMac: p.text().comment('Tells whether a request is the same one again.'),
    answer: p.text().comment('Encrypted with what only the caller knows.'),
    createdAt: p.datetime(),
  },
});

export class IdempotentAnswer extends schema.class {}
schema.setClass(IdempotentAnswer);
