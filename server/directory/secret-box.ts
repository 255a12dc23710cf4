import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Encrypts what has to be read again, unlike a password: AES-256-GCM under the key of the instance. */
export interface SecretBox {
  /** @param context what the text belongs to: it opens with the same context only */
  seal(text: string, context: string): string;
  /** The text, or undefined for one that was sealed under another key or context, or tampered with. */
  open(sealed: string, context: string): string | undefined;
}

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** @param key 32 bytes */
export function createSecretBox(key: Uint8Array): SecretBox {
  // A key of its own for each kind of context (up to its colon): what is sealed often wears out no other.
  const keys = new Map<string, Uint8Array>();
  const keyOf = (context: string) => {
    const [kind = ''] = context.split(':', 1);
    let derived = keys.get(kind);
    if (derived === undefined) {
      derived = new Uint8Array(hkdfSync('sha256', key, '', `roster ${kind}`, 32));
      keys.set(kind, derived);
    }
    return derived;
  };
  return {
    seal: (text, context) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, keyOf(context), nonce);
      cipher.setAAD(Buffer.from(context));
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url');
    },
    open: (sealed, context) => {
      const bytes = Buffer.from(sealed, 'base64url');
      if (bytes.length < nonceBytes + tagBytes) return undefined;
      const decipher = createDecipheriv(algorithm, keyOf(context), bytes.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      });
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(bytes.subarray(-tagBytes));
      try {
        const text = decipher.update(bytes.subarray(nonceBytes, -tagBytes));
        return Buffer.concat([text, decipher.final()]).toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}
