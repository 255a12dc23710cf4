import type { Attribute } from './attribute.ts';
import type { ResourceType } from './resource-type.ts';
import { type Complex, isComplex, isList, type Value } from './value.ts';

/**
 * What a client may have written of a resource: without read-only attributes and sub-attributes, and
 * without collections. Changes are worked out, and compared, on this part alone.
 */
export function writablePart(type: ResourceType, attributes: Complex): Complex {
  const part: Record<string, Value> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (type.collections.has(name)) continue;
    const attribute =
      type.attributes.get(name.toLowerCase()) ?? type.extensions.get(name.toLowerCase())?.attribute;
    const writable = attribute && writableValue(attribute, value);
    if (writable !== undefined) part[name] = writable;
  }
  return part;
}

function writableValue(attribute: Attribute, value: Value): Value | undefined {
  if (attribute.mutability === 'readOnly') return undefined;
  if (attribute.type !== 'complex') return value;
  if (isList(value)) {
    const values = value.map((item) => (isComplex(item) ? writableComplex(attribute, item) : item));
    return values.length === 0 ? undefined : values;
  }
  if (!isComplex(value)) return undefined;
  const complex = writableComplex(attribute, value);
  return Object.keys(complex).length === 0 ? undefined : complex;
}

function writableComplex(attribute: Attribute, complex: Complex): Complex {
  const part: Record<string, Value> = {};
  for (const [name, value] of Object.entries(complex)) {
    const sub = attribute.subAttributes.get(name.toLowerCase());
    const writable = sub && writableValue(sub, value);
    if (writable !== undefined) part[name] = writable;
  }
  return part;
}
