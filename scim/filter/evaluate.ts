import type { Attribute } from '../schemas/attribute.ts';
import { type Complex, isComplex, type Scalar, valuesAt } from '../schemas/value.ts';
import { compareScalars } from './compare.ts';
import type { ResolvedFilter } from './resolved-filter.ts';

/** Evaluates a filter on a value in memory, by the rules that `ResolvedFilter` states. */
export function evaluate(filter: ResolvedFilter, value: Complex): boolean {
  switch (filter.op) {
    case 'all':
      return true;
    case 'none':
      return false;
    case 'and':
      return filter.of.every((part) => evaluate(part, value));
    case 'or':
      return filter.of.some((part) => evaluate(part, value));
    case 'not':
      return !evaluate(filter.of, value);
    case 'present':
      return reach(filter.attribute.steps, value).some(isPresent);
    case 'compare': {
      const { attribute, comparison } = filter;
      const last = attribute.subAttribute ?? attribute.attribute;
      return reach(attribute.steps, value).some(
        (actual) => !isComplex(actual) && compareScalars(last, actual, comparison, filter.value),
      );
    }
    case 'some':
      return reach(filter.attribute.steps, value).some((item) => evaluateOn(filter.of, item));
  }
}

/** Evaluates the inner filter of a value path on one value, which is its own `value` if not complex. */
export function evaluateOn(filter: ResolvedFilter, item: Scalar | Complex): boolean {
  return evaluate(filter, isComplex(item) ? item : { value: item });
}

/** All values at the end of a path, through extensions and multi-valued attributes. */
export function reach(steps: readonly Attribute[], value: Complex): readonly (Scalar | Complex)[] {
  let reached: readonly (Scalar | Complex)[] = [value];
  for (const { name } of steps) {
    reached = reached.flatMap((item) => (isComplex(item) ? valuesAt(item, name) : []));
  }
  return reached;
}

/** "Non-empty or non-null", for complex values a non-empty node (RFC 7644 section 3.4.2.2). */
function isPresent(value: Scalar | Complex): boolean {
  if (isComplex(value)) return Object.keys(value).length > 0;
  return value !== '';
}
