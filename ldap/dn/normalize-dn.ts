import type { SchemaNames } from '../schema/matching-rule.ts';
import { prepareText } from '../schema/string-preparation.ts';
import { type Dn, escapeDnValue, type Rdn } from './dn.ts';
import { parseDn } from './parse-dn.ts';

/**
 * The one form in which equal RDNs are equal strings: types by their key, values by their equality
 * rule, AVAs in a fixed order (RFC 4517 section 4.2.15). Unknown types compare ignoring case.
 */
export function normalizeRdn(rdn: Rdn, names: SchemaNames): string {
  const only = rdn.length === 1 ? rdn[0] : undefined;
  if (only !== undefined) return normalizeAva(only.type, only.value, names);
  return rdn
    .map(({ type, value }) => normalizeAva(type, value, names))
    .sort()
    .join('+');
}

function normalizeAva(type: string, value: string, names: SchemaNames): string {
  const key = names.attributeKey(type);
  if (key === undefined) return `${type.toLowerCase()}=${escapeDnValue(fold(value))}`;
  const rule = names.equalityOf(key);
  const prepared = rule === undefined || rule.octets ? undefined : rule.key(value, names);
  return `${key}=${escapeDnValue(prepared ?? fold(value))}`;
}

function fold(value: string): string {
  return prepareText(value, { foldCase: true }) ?? value;
}

export function normalizeDn(dn: Dn, names: SchemaNames): string {
  return dn.map((rdn) => normalizeRdn(rdn, names)).join(',');
}

/** Normal form of a DN in text, or undefined where it is none. */
export function normalizeDnText(text: string, names: SchemaNames): string | undefined {
  const dn = parseDn(text);
  return dn && normalizeDn(dn, names);
}
