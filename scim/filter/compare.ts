import type { Attribute } from '../schemas/attribute.ts';
import { moment } from '../schemas/scalar.ts';
import { foldCase, type Scalar } from '../schemas/value.ts';
import type { Comparison } from './filter.ts';

/** Compares two values of one attribute by its type and `caseExact` (RFC 7644 section 3.4.2.2). */
export function compareScalars(
  attribute: Attribute,
  actual: Scalar,
  comparison: Comparison,
  wanted: Scalar,
): boolean {
  const [a, b] = [comparable(attribute, actual), comparable(attribute, wanted)];
  switch (comparison) {
    case 'eq':
      return a === b;
    case 'ne':
      return a !== b;
    case 'co':
      return String(a).includes(String(b));
    case 'sw':
      return String(a).startsWith(String(b));
    case 'ew':
      return String(a).endsWith(String(b));
    case 'gt':
      return a > b;
    case 'ge':
      return a >= b;
    case 'lt':
      return a < b;
    case 'le':
      return a <= b;
  }
}

/** The form of a value by which it is equal to others and ordered among them. */
export function comparable(attribute: Attribute, value: Scalar): Scalar {
  if (typeof value !== 'string') return value;
  if (attribute.type === 'dateTime') return moment(value);
  return attribute.caseExact ? value : foldCase(value);
}
