import { defineEntity, p } from '@mikro-orm/core';
import { Organization } from './organization.ts';

export const mailStates = ['queued', 'sent', 'abandoned'] as const;
export type MailState = (typeof mailStates)[number];

/** The outbox: a mail is a row first, written in the transaction of the fact that it tells. */
const schema = defineEntity({
  name: 'OutgoingMail',
  comment: 'The outbox.',
  indexes: [
    { name: 'outgoing_mail_due_index', properties: ['state', 'dueAt'] },
    {
      name: 'outgoing_mail_recipient_index',
      properties: ['organization', 'recipientAddress', 'createdAt'],
    },
  ],
  properties: {
    organization: () =>
      p.manyToOne(Organization).primary().deleteRule('cascade').updateRule('restrict'),
    id: p.uuid().primary(),
    recipientName: p.text().nullable(),
    recipientAddress: p.text(),
    subject: p.text(),
    text: p.text(),
    html: p.text().nullable(),
    state: p.enum(mailStates),
    attempts: p.integer().default(0),
    dueAt: p.datetime().comment('Not before this time; moves on with each failed attempt.'),
    lastError: p.text().nullable(),
    createdAt: p.datetime(),
    sentAt: p.datetime().nullable(),
  },
});

export class OutgoingMail extends schema.class {}
schema.setClass(OutgoingMail);
