import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new secret of 256 random bits, with a prefix that secret scanners know it by. */
export function generateSecret(prefix: 'rk_' | 'rk_scim_' | 'rk_ldap_' | 'rk_session_'): string {
  return prefix + randomBytes(32).toString('base64url');
}

/** A new token for a link: 256 random bits. */
export function generateLinkToken(): string {
  return randomBytes(32).toString('base64url');
}

/** How a generated secret is stored and looked up. It has too much entropy to need a slow hash. */
export function secretDigest(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** Compares in constant time. */
export function matchesDigest(secret: string, digest: string): boolean {
  const given = Buffer.from(secretDigest(secret));
  const stored = Buffer.from(digest);
  return given.length === stored.length && timingSafeEqual(given, stored);
}
