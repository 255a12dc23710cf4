import { createHmac } from 'node:crypto';

/**
 * What a receiver knows a message by (Standard Webhooks 1.0): its id, the time of this attempt and a
 * signature of both with the body, one for each secret.
 *
 * @param secrets `whsec_` and base64
 */
export function signatureHeaders(
  { id, secrets, body }: { id: string; secrets: readonly string[]; body: string },
  now: Date,
): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}
