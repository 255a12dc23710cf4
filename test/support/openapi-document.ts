import { describeAdminApi } from '../../server/http/openapi.ts';

/** The part of JSON Schema that the admin API's document uses. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  default?: unknown;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
}

/** One route as its OpenAPI document tells it, references resolved. */
export interface Operation {
  /** `PATCH /members/{id}` */
  name: string;
  method: string;
  path: string;
  parameters: { name: string; in: string; required?: boolean; schema: Schema }[];
  body: Schema | undefined;
  /** By status. */
  responses: Record<string, unknown>;
}

/** Every route of the admin API. */
export function operationsOfAdminApi(): Operation[] {
  const document = JSON.parse(describeAdminApi());
  const resolve = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(resolve);
    if (node === null || typeof node !== 'object') return node;
    const { $ref } = node as Schema;
    if (typeof $ref === 'string') {
      return resolve(
        $ref
          .split('/')
          .slice(1)
          .reduce((place, key) => place[key], document),
      );
    }
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, resolve(value)]));
  };
  return Object.entries<Record<string, Record<string, unknown>>>(document.paths).flatMap(
    ([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => {
        const resolved = resolve(operation) as {
          parameters?: Operation['parameters'];
          responses: Operation['responses'];
          requestBody?: { content: Record<string, { schema: Schema }> };
        };
        return {
          name: `${method.toUpperCase()} ${path}`,
          method: method.toUpperCase(),
          path,
          parameters: resolved.parameters ?? [],
          body: resolved.requestBody?.content['application/json']?.schema,
          responses: resolved.responses,
        };
      }),
  );
}

/** Where a value stands in a body: names of properties, 0 for the first item of a list. */
export type Place = readonly (string | 0)[];

/** Every place of a schema where an identifier (`format: uuid`) can stand. */
export function identifierPlaces(schema: Schema | undefined, at: Place = []): Place[] {
  if (schema === undefined) return [];
  if (schema.format === 'uuid') return [at];
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
      identifierPlaces(property, [...at, name]),
    ),
    ...identifierPlaces(schema.items, [...at, 0]),
    ...alternatives(schema).flatMap((alternative) => identifierPlaces(alternative, at)),
  ];
}

function alternatives({ allOf = [], anyOf = [], oneOf = [] }: Schema): Schema[] {
  return [...allOf, ...anyOf, ...oneOf];
}

/**
 * The smallest value of a schema that has `value` at the place `at`, and what is required beside it.
 *
 * @param fill a text for a required property of this name; undefined for any
 */
export function smallestWith(
  schema: Schema,
  at: Place,
  value: unknown,
  fill: (name: string) => string | undefined,
): unknown {
  const [step, ...rest] = at;
  if (step === undefined) return value;
  const alternative = alternatives(schema).find(
    (candidate) => schema.properties?.[step] === undefined && reaches(candidate, at),
  );
  if (alternative !== undefined) return smallestWith(alternative, at, value, fill);
  if (step === 0) return [smallestWith(schema.items ?? {}, rest, value, fill)];
  const names = new Set([...(schema.required ?? []), step]);
  return Object.fromEntries(
    [...names].map((name) => {
      const property = schema.properties?.[name] ?? {};
      const made =
        name === step ? smallestWith(property, rest, value, fill) : smallest(property, name, fill);
      return [name, made];
    }),
  );
}

function reaches(schema: Schema, at: Place): boolean {
  return identifierPlaces(schema).some((place) => place.join() === at.join());
}

/** The smallest value of a schema. */
function smallest(
  schema: Schema,
  name: string,
  fill: (name: string) => string | undefined,
): unknown {
  const filled = fill(name);
  if (filled !== undefined && [schema.type].flat()[0] === 'string') return filled;
  if (schema.enum !== undefined) return schema.enum[0];
  const [alternative] = alternatives(schema);
  if (alternative !== undefined) return smallest(alternative, name, fill);
  switch ([schema.type].flat()[0]) {
    case 'object':
      return Object.fromEntries(
        (schema.required ?? []).map((key) => [
          key,
          smallest(schema.properties?.[key] ?? {}, key, fill),
        ]),
      );
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () =>
        smallest(schema.items ?? {}, name, fill),
      );
    case 'boolean':
      return false;
    case 'integer':
    case 'number':
      return schema.minimum ?? 0;
    default:
      return name.padEnd(schema.minLength ?? 0, 'x');
  }
}
