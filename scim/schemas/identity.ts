import type { Attribute } from './attribute.ts';
import { type Complex, foldCase, isComplex, type Scalar, valueAt } from './value.ts';

/**
 * By what a value is the same as another of its multi-valued attribute: its `value` and `type` where it
 * has them (RFC 7643 section 2.4), else all of it.
 */
export function identityOf(attribute: Attribute, item: Scalar | Complex): string {
  if (!isComplex(item)) return JSON.stringify(folded(attribute, item));
  const value = attribute.subAttributes.get('value');
  const own = valueAt(item, 'value');
  if (value === undefined || own === undefined) return canonicalText(item);
  const type = valueAt(item, 'type');
  return JSON.stringify([folded(value, own), typeof type === 'string' ? foldCase(type) : null]);
}

function folded(attribute: Attribute, value: unknown): unknown {
  return typeof value === 'string' && !attribute.caseExact ? foldCase(value) : value;
}

function canonicalText(item: Complex): string {
  const entries = Object.entries(item).filter(([name]) => name !== 'primary');
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
