import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { signatureHeaders } from './signature.ts';

test("the specification's own verifier knows the signature, of each secret", () => {
  const body = '{"type":"member.created"}';
  const secrets = [1, 2].map((n) => `whsec_${Buffer.alloc(32, n).toString('base64')}`);
  const headers = signatureHeaders({ id: 'msg_1', secrets, body }, new Date());
  for (const secret of secrets) {
    expect(new Webhook(secret).verify(body, headers)).toEqual({ type: 'member.created' });
    expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow();
  }
  const stranger = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;
  expect(() => new Webhook(stranger).verify(body, headers)).toThrow();
});
