import type { JsonWebKey } from 'node:crypto';
import { defineEntity, p } from '@mikro-orm/core';

/** A key pair that the instance signs security events with. */
const schema = defineEntity({
  name: 'SigningKey',
  comment: 'A key pair that the instance signs security events with.',
  properties: {
    id: p.uuid().primary(),
    publicKey: p.json<JsonWebKey>().comment('JSON Web Key (RFC 7517), without its id.'),
    privateKey: p.text().comment('JSON Web Key; encrypted with the key of the instance.'),
    createdAt: p.datetime(),
  },
});

export class SigningKey extends schema.class {}
schema.setClass(SigningKey);
