import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/** A new secret of 256 random bits, with a prefix that secret scanners know it by. */
export function generateSecret(
  prefix: 'rk_' | 'rk_scim_' | 'rk_ldap_' | 'rk_widget_' | 'rk_session_' | 'rk_events_',
): string {
  return prefix + randomBytes(32).toString('base64url');
}

/** A new token for a link: 256 random bits. */
export function generateLinkToken(): string {
  return randomBytes(32).toString('base64url');
}

// No vowels, which would make words, and nothing that is read for another letter.
const letters = 'bcdfghjkmnpqrstvwxyz';
const groups = 5;
const groupSize = 5;
const appPassword = new RegExp(`^[${letters}]{${groups * groupSize}}$`);

/** A new app password of 108 random bits that a person can type: five groups of five letters. */
export function generateAppPassword(): string {
  const letter = () => letters.charAt(randomInt(letters.length));
  const group = () => Array.from({ length: groupSize }, letter).join('');
  return Array.from({ length: groups }, group).join('-');
}

/**
 * The letters of an app password, whatever case and separators it was typed with.
 *
 * @returns undefined for what cannot be one
 */
export function normalizeAppPassword(typed: string): string | undefined {
  if (typed.length > 2 * groups * groupSize) return undefined;
  const secret = typed.toLowerCase().replaceAll(/[\s-]/g, '');
  return appPassword.test(secret) ? secret : undefined;
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
