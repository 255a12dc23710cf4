import { DirectoryError } from './errors.ts';
import { identifierKey } from './identifier-key.ts';
import { acceptName } from './text.ts';

const maximumParts = 10;
const domainLabel = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i;
// Nothing that a DN would have to escape (RFC 4514 section 2.4).
const plainValue = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._-]*$/u;

const valueForms: Record<string, RegExp> = {
  dc: domainLabel,
  c: /^[a-z]{2}$/i,
  o: plainValue,
  ou: plainValue,
  l: plainValue,
  st: plainValue,
};

/**
 * A suffix of the LDAP tree as it is stored (`dc=acme,dc=com`), and the key by which it compares.
 *
 * @throws DirectoryError `invalid-value` for what is no plain DN of dc, o, ou, l, st and c
 */
export function acceptLdapSuffix(text: string): { suffix: string; key: string } {
  const field = 'ldapSuffix';
  const parts = partsOf(acceptName(text, field, 255));
  if (parts.length > maximumParts) {
    throw new DirectoryError('invalid-value', `${field} has more than ${maximumParts} parts`, {
      field,
    });
  }
  for (const [attribute, value] of parts) {
    if (!Object.hasOwn(valueForms, attribute) || !valueForms[attribute]?.test(value)) {
      throw new DirectoryError(
        'invalid-value',
        `${field} is written like dc=acme,dc=com, of dc, o, ou, l, st and c`,
        { field },
      );
    }
  }
  const suffix = parts.map((part) => part.join('=')).join(',');
  return { suffix, key: ldapSuffixKey(suffix) };
}

/** The form by which suffixes compare: without case, and without a difference in spaces. */
export function ldapSuffixKey(suffix: string): string {
  return partsOf(suffix)
    .map(([attribute, value]) => `${attribute}=${identifierKey(value)}`)
    .join(',');
}

/** True when both name one tree, or the one stands inside the other's. */
export function ldapSuffixesOverlap(key: string, other: string): boolean {
  return key === other || key.endsWith(`,${other}`) || other.endsWith(`,${key}`);
}

function partsOf(suffix: string): [attribute: string, value: string][] {
  return suffix.split(',').map((part) => {
    const [attribute = '', ...value] = part.split('=');
    return [attribute.trim().toLowerCase(), value.join('=').trim().replaceAll(/\s+/g, ' ')];
  });
}
