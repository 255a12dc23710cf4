import { type Complex, valueAt } from '../../scim/schemas/value.ts';

/** The text of an attribute, if it has one. */
export function textAt(complex: Complex, name: string): string | undefined {
  const value = valueAt(complex, name);
  return typeof value === 'string' ? value : undefined;
}
