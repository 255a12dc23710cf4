import { defineEntity, p } from '@mikro-orm/core';

/** How far a reader of the change feed has read that all nodes have in common. */
const schema = defineEntity({
  name: 'FeedCursor',
  comment: 'How far a reader of the change feed has read that all nodes have in common.',
  properties: {
    reader: p.text().primary(),
    transaction: p.string().columnType('xid8'),
    change: p.bigint('string'),
  },
});

export class FeedCursor extends schema.class {}
schema.setClass(FeedCursor);
