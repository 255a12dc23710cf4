import type { ResolvedFilter } from '../../scim/filter/resolved-filter.ts';
import type { AttributePath } from '../../scim/schemas/find-attribute.ts';
import { moment } from '../../scim/schemas/scalar.ts';
import type { Scalar } from '../../scim/schemas/value.ts';
import type { Sort } from '../../scim/storage.ts';
import { and, type Filter, not, or, type SortOrder } from '../directory/index.ts';
import { enterpriseUserUrn, rosterUserUrn } from './schemas.ts';
import type { TypeStorage } from './type-storage.ts';

/** Where a SCIM attribute is found in the directory. */
interface Place {
  /** Name in the directory's attribute table. */
  attribute: string;
  /** Has many values, each with attributes of its own. */
  many?: boolean;
  /** Turns a SCIM value into the directory's. */
  value?: (value: Scalar) => Scalar;
}

/** SCIM attribute, without a sub-attribute of a multi-valued one → attribute of the directory. */
export type FilterMapping = Readonly<Record<string, Place>>;

const same = (...names: string[]): FilterMapping =>
  Object.fromEntries(names.map((name) => [name, { attribute: name }]));
const many = (...names: string[]): FilterMapping =>
  Object.fromEntries(names.map((name) => [name, { attribute: name, many: true }]));

// Without an offset, as the library takes it.
const utc = (value: Scalar) => new Date(moment(String(value))).toISOString();

export const metaMapping: FilterMapping = {
  meta: { attribute: 'createdAt' },
  'meta.created': { attribute: 'createdAt', value: utc },
  'meta.lastModified': { attribute: 'updatedAt', value: utc },
  'meta.version': {
    attribute: 'version',
    value: (value) => String(value).replace(/^(?:W\/)?"(.*)"$/, '$1'),
  },
};

export const userMapping: FilterMapping = {
  ...same('id', 'externalId', 'displayName', 'nickName', 'profileUrl', 'title', 'userType'),
  ...same('preferredLanguage', 'locale', 'timezone'),
  ...same('name', 'name.formatted', 'name.familyName', 'name.givenName', 'name.middleName'),
  ...same('name.honorificPrefix', 'name.honorificSuffix'),
  ...many('emails', 'phoneNumbers', 'ims', 'photos', 'addresses', 'entitlements', 'groups'),
  ...many('x509Certificates'),
  ...metaMapping,
  userName: { attribute: 'username' },
  active: { attribute: 'enabled' },
  roles: { attribute: 'profileRoles', many: true },
  [enterpriseUserUrn]: { attribute: 'employment' },
  [`${enterpriseUserUrn}:employeeNumber`]: { attribute: 'employeeNumber' },
  [`${enterpriseUserUrn}:costCenter`]: { attribute: 'costCenter' },
  [`${enterpriseUserUrn}:organization`]: { attribute: 'organization' },
  [`${enterpriseUserUrn}:division`]: { attribute: 'division' },
  [`${enterpriseUserUrn}:department`]: { attribute: 'department' },
  [`${enterpriseUserUrn}:manager`]: { attribute: 'manager' },
  [`${enterpriseUserUrn}:manager.value`]: { attribute: 'manager' },
  [`${enterpriseUserUrn}:manager.displayName`]: { attribute: 'managerName' },
  [rosterUserUrn]: { attribute: 'status' },
  [`${rosterUserUrn}:status`]: { attribute: 'status' },
  [`${rosterUserUrn}:departments`]: { attribute: 'departments', many: true },
  [`${rosterUserUrn}:roles`]: { attribute: 'roles', many: true },
};

export const groupMapping: FilterMapping = {
  ...same('id', 'externalId', 'displayName'),
  ...many('members'),
  ...metaMapping,
};

export const departmentMapping: FilterMapping = {
  ...same('id', 'externalId', 'path', 'position'),
  displayName: { attribute: 'name' },
  parent: { attribute: 'parent' },
  'parent.value': { attribute: 'parent' },
  'parent.display': { attribute: 'parentName' },
  ...metaMapping,
};

export const roleMapping: FilterMapping = {
  ...same('id', 'externalId', 'builtIn'),
  displayName: { attribute: 'name' },
  ...many('permissions'),
  ...metaMapping,
};

/** Translates a filter. What the directory keeps nothing of matches nothing. */
export function toDirectoryFilter(filter: ResolvedFilter, mapping: FilterMapping): Filter {
  switch (filter.op) {
    case 'all':
    case 'none':
      return { op: filter.op };
    case 'and':
      return and(...filter.of.map((part) => toDirectoryFilter(part, mapping)));
    case 'or':
      return or(...filter.of.map((part) => toDirectoryFilter(part, mapping)));
    case 'not':
      return not(toDirectoryFilter(filter.of, mapping));
    case 'present':
      return onAttribute(filter.attribute, mapping, ({ attribute }) => ({
        op: 'present',
        attribute,
      }));
    case 'compare':
      return onAttribute(filter.attribute, mapping, ({ attribute, value = (same) => same }) => ({
        op: 'compare',
        attribute,
        comparison: filter.comparison,
        value: value(filter.value),
      }));
    case 'some': {
      const place = placeOf(filter.attribute, mapping);
      if (place === undefined) return { op: 'none' };
      return { op: 'some', attribute: place.attribute, of: toValueFilter(filter.of) };
    }
  }
}

/** Translates a filter on one value of a multi-valued attribute, where both have the same names. */
export function toValueFilter(filter: ResolvedFilter): Filter {
  switch (filter.op) {
    case 'and':
      return and(...filter.of.map(toValueFilter));
    case 'or':
      return or(...filter.of.map(toValueFilter));
    case 'not':
      return not(toValueFilter(filter.of));
    case 'present':
      return valueAttribute(filter.attribute.path, (attribute) => ({ op: 'present', attribute }));
    case 'compare':
      return valueAttribute(filter.attribute.path, (attribute) => ({
        op: 'compare',
        attribute,
        comparison: filter.comparison,
        value: filter.value,
      }));
    case 'some':
      return { op: 'none' };
    default:
      return { op: filter.op };
  }
}

const derivedValueAttributes = new Set(['$ref']);

function valueAttribute(name: string, make: (attribute: string) => Filter): Filter {
  return derivedValueAttributes.has(name) ? { op: 'none' } : make(name);
}

function onAttribute(
  path: AttributePath,
  mapping: FilterMapping,
  make: (place: Place) => Filter,
): Filter {
  const place = placeOf(path, mapping);
  if (place === undefined) return { op: 'none' };
  if (!place.many || path.subAttribute === undefined) return make(place);
  return {
    op: 'some',
    attribute: place.attribute,
    of: valueAttribute(path.subAttribute.name, (attribute) => make({ attribute })),
  };
}

export function placeOf({ path, attribute, extension }: AttributePath, mapping: FilterMapping) {
  if (Object.hasOwn(mapping, path)) return mapping[path];
  const whole = extension === undefined ? attribute.name : `${extension.name}:${attribute.name}`;
  const place = Object.hasOwn(mapping, whole) ? mapping[whole] : undefined;
  return place?.many ? place : undefined;
}

/** Translates a sort; undefined for what the directory keeps nothing of. */
export function toDirectorySort(
  { attribute, descending }: Sort,
  mapping: FilterMapping,
): { attribute: string; order: SortOrder } | undefined {
  const place = placeOf(attribute, mapping);
  if (place === undefined) return undefined;
  return { attribute: place.attribute, order: descending ? 'descending' : 'ascending' };
}

/** The two translations of a resource type that has a mapping. */
export function translations(mapping: FilterMapping): Pick<TypeStorage, 'filterOf' | 'sortOf'> {
  return {
    filterOf: (filter) => toDirectoryFilter(filter, mapping),
    sortOf: (sort) => toDirectorySort(sort, mapping),
  };
}
