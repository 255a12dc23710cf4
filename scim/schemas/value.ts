/** What a resource is made of once it has been read against its schema: no nulls, no unknown names. */
export type Scalar = string | number | boolean;
export type Value = Scalar | Complex | readonly (Scalar | Complex)[];

/** A complex value, a whole resource or an extension: canonical names, own properties only. */
export interface Complex {
  readonly [name: string]: Value;
}

/** Reads an own property, so that no name reaches a prototype. */
export function valueAt(complex: Complex, name: string): Value | undefined {
  return Object.hasOwn(complex, name) ? complex[name] : undefined;
}

export function isComplex(value: unknown): value is Complex {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The values of an attribute whether it has one, many or none. */
export function valuesAt(complex: Complex, name: string): readonly (Scalar | Complex)[] {
  const value = valueAt(complex, name);
  if (value === undefined) return [];
  return isList(value) ? value : [value];
}

export function isList(value: Value): value is readonly (Scalar | Complex)[] {
  return Array.isArray(value);
}

/** Equality by content; the order of names means nothing, the order of values does. */
export function equalValues(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  if (isList(a) || isList(b)) {
    return (
      isList(a) &&
      isList(b) &&
      a.length === b.length &&
      a.every((item, index) => equalValues(item, b[index]))
    );
  }
  if (!isComplex(a) || !isComplex(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && equalValues(a[name], b[name]))
  );
}

/**
 * The form in which text without `caseExact` compares: compatibility forms unified, case folded in
 * full. A storage that keeps key columns should fold by the same rule.
 */
export function foldCase(text: string): string {
  if (ascii.test(text)) return text.toLowerCase();
  return text.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
}

/** Nearly all text, which the full rule takes ten times as long for. */
const ascii = /^[\0-\x7f]*$/;
