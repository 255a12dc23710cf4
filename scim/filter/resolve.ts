import { badRequest, shown } from '../error.ts';
import { type Leniency, tolerates } from '../profiles.ts';
import type { Attribute } from '../schemas/attribute.ts';
import { type AttributePath, findAttribute, pathOf } from '../schemas/find-attribute.ts';
import type { ResourceType } from '../schemas/resource-type.ts';
import { isDateTime } from '../schemas/scalar.ts';
import type { Scalar } from '../schemas/value.ts';
import { compareScalars } from './compare.ts';
import type { Comparison, Filter, Literal } from './filter.ts';
import { all, join, negate, none, type ResolvedFilter } from './resolved-filter.ts';

/**
 * Gives the names of a filter their meaning in one resource type.
 *
 * Unknown attributes match nothing or are refused, by the profile. `meta.resourceType` and `schemas`
 * are known from the type and fold away.
 *
 * @throws ScimError 400 `invalidFilter` where a comparison makes no sense for its attribute.
 */
export function resolveFilter(
  filter: Filter,
  type: ResourceType,
  leniency: Leniency,
): ResolvedFilter {
  return resolve(filter, {
    leniency,
    find: (path) => {
      const found = findAttribute(type, path);
      return found?.unprefixed && !tolerates(leniency, 'unprefixedExtension') ? undefined : found;
    },
    constant: (attribute, test) => constant(type, attribute, test),
  });
}

/** The same within the brackets of a value path, where names are those of the value's sub-attributes. */
export function resolveValueFilter(
  filter: Filter,
  attribute: Attribute,
  leniency: Leniency,
): ResolvedFilter {
  return resolve(filter, {
    leniency,
    find: (path) => {
      const sub = attribute.subAttributes.get(path.toLowerCase());
      if (sub !== undefined) return pathOf(undefined, sub, undefined);
      // A multi-valued attribute that is not complex: its values are their own "value".
      const isValue = attribute.type !== 'complex' && path.toLowerCase() === 'value';
      return isValue ? pathOf(undefined, { ...attribute, name: 'value' }, undefined) : undefined;
    },
    constant: () => undefined,
  });
}

interface Scope {
  readonly leniency: Leniency;
  readonly find: (path: string) => AttributePath | undefined;
  readonly constant: (
    attribute: AttributePath,
    test: (value: string) => boolean,
  ) => ResolvedFilter | undefined;
}

function resolve(filter: Filter, scope: Scope): ResolvedFilter {
  switch (filter.op) {
    case 'and':
    case 'or':
      return join(
        filter.op,
        filter.of.map((part) => resolve(part, scope)),
      );
    case 'not':
      return negate(resolve(filter.of, scope));
    case 'present': {
      const attribute = known(filter.path, scope);
      return attribute === undefined ? none : present(attribute, scope);
    }
    case 'some':
      return some(filter.path, filter.of, scope);
    case 'compare': {
      const attribute = known(filter.path, scope);
      if (attribute === undefined) return unknownComparison(filter.comparison, filter.value);
      return compare(comparedPart(attribute), filter.comparison, filter.value, scope);
    }
  }
}

function known(path: string, scope: Scope): AttributePath | undefined {
  const attribute = scope.find(path);
  if (attribute === undefined) {
    if (tolerates(scope.leniency, 'unknownFilterAttribute')) return undefined;
    throw badRequest('invalidFilter', `There is no attribute ${shown(path)}`);
  }
  if (
    attribute.steps.some((step) => step.returned === 'never' || step.mutability === 'writeOnly')
  ) {
    throw badRequest('invalidFilter', `${attribute.path} cannot be used in a filter`);
  }
  return attribute;
}

/** An attribute that does not exist has no value: it equals null. */
function unknownComparison(comparison: Comparison, value: Literal): ResolvedFilter {
  return comparison === 'eq' && value === null ? all : none;
}

/** Without a sub-attribute, a complex attribute compares by its `value` (RFC 7643 section 2.4). */
function comparedPart(attribute: AttributePath): AttributePath {
  const last = attribute.subAttribute ?? attribute.attribute;
  if (last.type !== 'complex') return attribute;
  const value = last.subAttributes.get('value');
  if (value === undefined) {
    throw badRequest(
      'invalidFilter',
      `${attribute.path} is complex: name one of its sub-attributes`,
    );
  }
  return pathOf(attribute.extension, attribute.attribute, value);
}

function present(attribute: AttributePath, scope: Scope): ResolvedFilter {
  return scope.constant(attribute, () => true) ?? { op: 'present', attribute };
}

function some(path: string, of: Filter, scope: Scope): ResolvedFilter {
  const attribute = known(path, scope);
  if (attribute === undefined) return none;
  const { attribute: owner, subAttribute } = attribute;
  if (subAttribute !== undefined || !(owner.multiValued || owner.type === 'complex')) {
    throw badRequest('invalidFilter', `${attribute.path} has no values to choose from with [ ]`);
  }
  if (hasBrackets(of)) {
    throw badRequest('invalidFilter', `The filter within ${attribute.path}[ ] has brackets itself`);
  }
  const inner = resolveValueFilter(of, owner, scope.leniency);
  if (inner.op === 'none') return none;
  return inner.op === 'all' ? { op: 'present', attribute } : { op: 'some', attribute, of: inner };
}

function hasBrackets(filter: Filter): boolean {
  if (filter.op === 'some') return true;
  if (filter.op === 'not') return hasBrackets(filter.of);
  return (filter.op === 'and' || filter.op === 'or') && filter.of.some(hasBrackets);
}

function compare(
  attribute: AttributePath,
  comparison: Comparison,
  literal: Literal,
  scope: Scope,
): ResolvedFilter {
  if (literal === null) {
    if (comparison === 'eq') return negate(present(attribute, scope));
    if (comparison === 'ne') return present(attribute, scope);
    throw badRequest('invalidFilter', `${attribute.path} ${comparison} null has no meaning`);
  }
  const last = attribute.subAttribute ?? attribute.attribute;
  if (!comparisonsOf(last).includes(comparison)) {
    throw badRequest(
      'invalidFilter',
      `${attribute.path} is of type ${last.type}, which ${comparison} does not compare`,
    );
  }
  const value = typed(attribute, last, literal, scope.leniency);
  return (
    scope.constant(attribute, (actual) => compareScalars(last, actual, comparison, value)) ?? {
      op: 'compare',
      attribute,
      comparison,
      value,
    }
  );
}

const equality: readonly Comparison[] = ['eq', 'ne'];
const ordering: readonly Comparison[] = [...equality, 'gt', 'ge', 'lt', 'le'];
const textual: readonly Comparison[] = [...ordering, 'co', 'sw', 'ew'];

/** What compares what: booleans and binaries have no order, only text has parts (section 3.4.2.2). */
function comparisonsOf({ type }: Attribute): readonly Comparison[] {
  if (type === 'boolean' || type === 'binary') return equality;
  return type === 'string' || type === 'reference' ? textual : ordering;
}

function typed(
  { path }: AttributePath,
  attribute: Attribute,
  literal: string | number | boolean,
  leniency: Leniency,
): Scalar {
  switch (attribute.type) {
    case 'boolean':
      if (typeof literal === 'boolean') return literal;
      if (typeof literal === 'string' && /^(true|false)$/i.test(literal)) {
        if (tolerates(leniency, 'booleanStrings')) return literal.toLowerCase() === 'true';
      }
      break;
    case 'integer':
    case 'decimal':
      if (typeof literal === 'number') return literal;
      break;
    case 'dateTime':
      if (typeof literal === 'string' && isDateTime(literal)) return literal;
      break;
    default:
      if (typeof literal === 'string') return literal;
      if (tolerates(leniency, 'unquotedFilterValue')) return String(literal);
  }
  throw badRequest(
    'invalidFilter',
    `${path} is of type ${attribute.type}: ${shown(String(literal))} is not a value of it`,
  );
}

/** What the type itself decides: its name, and which schemas a resource of it has. */
function constant(
  type: ResourceType,
  { path }: AttributePath,
  test: (value: string) => boolean,
): ResolvedFilter | undefined {
  if (path === 'meta.resourceType') return test(type.name) ? all : none;
  if (path !== 'schemas') return undefined;
  if (test(type.schema.id)) return all;
  const extensions = [...type.extensions.values()].filter(({ urn }) => test(urn));
  return join(
    'or',
    extensions.map(({ attribute }) => ({
      op: 'present',
      attribute: pathOf(undefined, attribute, undefined),
    })),
  );
}
