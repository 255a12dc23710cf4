import { comparable } from '../../scim/filter/compare.ts';
import type { ResolvedFilter } from '../../scim/filter/resolved-filter.ts';
import type { Attribute } from '../../scim/schemas/attribute.ts';
import type { Sort } from '../../scim/storage.ts';
import {
  and,
  type Filter,
  type ListQuery,
  not,
  or,
  ownAttribute,
  shapePath,
} from '../directory/index.ts';
import { type FilterMapping, metaMapping, placeOf, toDirectoryFilter } from './filter-mapping.ts';

const ownMapping: FilterMapping = Object.fromEntries(
  Object.entries({
    id: { attribute: 'id' },
    externalId: { attribute: 'externalId' },
    ...metaMapping,
  }).map(([path, place]) => [
    path,
    { ...place, attribute: ownAttribute(place.attribute as Parameters<typeof ownAttribute>[0]) },
  ]),
);

/** Translates a filter on a resource type that the operator declares, whose values are compared in the form of `comparable`. */
export function toDeclaredFilter(filter: ResolvedFilter): Filter {
  switch (filter.op) {
    case 'all':
    case 'none':
      return { op: filter.op };
    case 'and':
      return and(...filter.of.map(toDeclaredFilter));
    case 'or':
      return or(...filter.of.map(toDeclaredFilter));
    case 'not':
      return not(toDeclaredFilter(filter.of));
    case 'present':
    case 'compare':
      return placeOf(filter.attribute, ownMapping) === undefined
        ? through(filter.attribute.steps, [], testOf(filter))
        : toDirectoryFilter(filter, ownMapping);
    case 'some': {
      const { attribute } = filter;
      const names = attribute.steps.map(({ name }) => name);
      const path = shapePath(...names);
      const simple = attribute.attribute.type !== 'complex';
      return attribute.attribute.multiValued
        ? { op: 'some', attribute: path, of: withinValue(filter.of, { at: [], simple }) }
        : withinValue(filter.of, { at: names, simple });
    }
  }
}

/** A value, whose attributes stand at a path; one that is not complex is its own `value`. */
interface OneValue {
  at: readonly string[];
  simple: boolean;
}

function withinValue(filter: ResolvedFilter, value: OneValue): Filter {
  switch (filter.op) {
    case 'and':
      return and(...filter.of.map((part) => withinValue(part, value)));
    case 'or':
      return or(...filter.of.map((part) => withinValue(part, value)));
    case 'not':
      return not(withinValue(filter.of, value));
    case 'present':
    case 'compare': {
      const test = testOf(filter);
      return value.simple ? test('value') : through(filter.attribute.steps, value.at, test);
    }
    case 'some':
      return { op: 'none' };
    default:
      return { op: filter.op };
  }
}

type Test = (attribute: string) => Filter;

function testOf(filter: ResolvedFilter & { op: 'present' | 'compare' }): Test {
  if (filter.op === 'present') return (attribute) => ({ op: 'present', attribute });
  const { comparison } = filter;
  const last = filter.attribute.subAttribute ?? filter.attribute.attribute;
  const value = comparable(last, filter.value);
  return (attribute) => ({ op: 'compare', attribute, comparison, value });
}

/** Goes down a path, through each value of what is multi-valued. */
function through(steps: readonly Attribute[], at: readonly string[], test: Test): Filter {
  const index = steps.findIndex(({ multiValued }) => multiValued);
  const names = [...at, ...steps.map(({ name }) => name)];
  if (index < 0) return test(shapePath(...names));
  const upTo = shapePath(...names.slice(0, at.length + index + 1));
  const rest = steps.slice(index + 1);
  const many = steps[index];
  if (rest.length > 0) return { op: 'some', attribute: upTo, of: through(rest, [], test) };
  // A complex value is there when it is; of others, an empty text is none.
  const whole = many?.type === 'complex' ? test(upTo) : undefined;
  return whole ?? { op: 'some', attribute: upTo, of: test('value') };
}

/** Translates a sort on a resource type that the operator declares. */
export function toDeclaredSort({ attribute, descending }: Sort): ListQuery['sort'] {
  const own = placeOf(attribute, ownMapping);
  const path = own?.attribute ?? shapePath(...attribute.steps.map(({ name }) => name));
  return { attribute: path, order: descending ? 'descending' : 'ascending' };
}
