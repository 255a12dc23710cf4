import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Encrypts what has to be read again, unlike a password: AES-256-GCM under one key. */
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
    seal: (text, context) =>
      sealBytes(keyOf(context), Buffer.from(text), context).toString('base64url'),
    open: (sealed, context) =>
      openBytes(keyOf(context), Buffer.from(sealed, 'base64url'), context)?.toString('utf8'),
  };
}

/**
 * Encrypts under a key of 32 bytes.
 *
 * @returns nonce, ciphertext and tag
 */
export function sealBytes(key: Uint8Array, bytes: Uint8Array, context: string): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(context));
  return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

/** What was sealed; undefined under another key or context, or where it was tampered with. */
export function openBytes(
  key: Uint8Array,
  sealed: Uint8Array,
  context: string,
): Buffer | undefined {
  if (sealed.length < nonceBytes + tagBytes) return undefined;
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
    .setAAD(Buffer.from(context))
    .setAuthTag(sealed.subarray(-tagBytes));
  try {
    const bytes = decipher.update(sealed.subarray(nonceBytes, -tagBytes));
    return Buffer.concat([bytes, decipher.final()]);
  } catch {
    return undefined;
  }
}
