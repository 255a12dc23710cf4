import { badRequest, ScimError } from '../error.ts';
import { testsIn } from '../filter/resolved-filter.ts';
import type { Attribute } from '../schemas/attribute.ts';
import {
  checkHeld,
  complexParts,
  type Reading,
  readAttribute,
  requireSubAttributes,
} from '../schemas/read-value.ts';
import type { ResourceType } from '../schemas/resource-type.ts';
import { type Complex, equalValues, type Value, valueAt, valuesAt } from '../schemas/value.ts';
import { writablePart } from '../schemas/writable-part.ts';
import type { CollectionChange, Modification } from '../storage.ts';
import { changeCollection } from './collection.ts';
import {
  asComplex,
  changeComplex,
  changeSubAttribute,
  checkChange,
  checkWritable,
  dropsLeftOut,
  withValue,
} from './complex.ts';
import { changeValues } from './multi-valued.ts';
import type { PatchOperation } from './operations.ts';
import { partsOf, partsOfExtension } from './pathless.ts';
import { findTarget, type Target } from './target.ts';

/**
 * Works out what PATCH operations make of a resource (RFC 7644 section 3.5.2): all of them or, by
 * throwing, none. Collections are not looked at; their changes come out as a list.
 *
 * @param current the resource as it stands, with its `id`.
 * @throws ScimError 400, naming the operation.
 *
 * @example
 * applyPatch(userType, current, [{ op: 'replace', path: 'active', value: false }], reading);
 */
export function applyPatch(
  type: ResourceType,
  current: Complex,
  operations: readonly PatchOperation[],
  reading: Reading,
): Modification {
  const before = writablePart(type, current);
  const patch = new Patch(type, current, before, reading);
  operations.forEach((operation, index) => {
    try {
      patch.apply(operation);
    } catch (error) {
      throw error instanceof ScimError ? inOperation(error, index) : error;
    }
  });
  patch.requireNewExtensions(before);
  return {
    attributes: equalValues(before, patch.resource) ? undefined : patch.resource,
    collections: patch.collections,
  };
}

function inOperation(error: ScimError, index: number): ScimError {
  const { status, scimType, message } = error;
  return new ScimError(status, `Operations[${index}]: ${message}`, scimType ? { scimType } : {});
}

/** The work on one resource: each step makes a new value, so that nothing given is touched. */
class Patch {
  readonly #type: ResourceType;
  readonly #current: Complex;
  readonly #reading: Reading;
  readonly collections: CollectionChange[] = [];
  resource: Complex;
  #comparisons = 0;

  constructor(type: ResourceType, current: Complex, writable: Complex, reading: Reading) {
    this.#type = type;
    this.#current = current;
    this.#reading = reading;
    this.resource = writable;
  }

  apply({ op, path, value }: PatchOperation): void {
    if (path === undefined) {
      for (const part of partsOf(this.#type, value, this.#current, this.#reading)) {
        this.#applyTo(part.target, op, part.value);
      }
    } else {
      this.#applyTo(findTarget(this.#type, path, this.#reading.leniency), op, value);
    }
  }

  /** @throws ScimError 400 `invalidValue` when an extension was added without what it requires. */
  requireNewExtensions(before: Complex): void {
    for (const { urn, attribute } of this.#type.extensions.values()) {
      const extension = asComplex(valueAt(this.resource, urn));
      if (extension === undefined || valueAt(before, urn) !== undefined) continue;
      requireSubAttributes(attribute, extension, urn);
    }
  }

  #applyTo(target: Target, op: PatchOperation['op'], value: unknown): void {
    const { attribute, extension, subAttribute } = target;
    checkWritable(attribute, target.path);
    if (subAttribute !== undefined) checkWritable(subAttribute, target.path);
    if (this.#type.extensions.get(attribute.name.toLowerCase())?.attribute === attribute) {
      this.#applyToExtension(attribute, op, value);
      return;
    }
    if (extension === undefined && this.#type.collections.has(attribute.name)) {
      const change = changeCollection({ op, value }, target, this.#reading);
      if (change !== undefined) this.collections.push(change);
      return;
    }
    const holder = this.#holder(extension);
    const before = valueAt(holder, attribute.name);
    const after = this.#change(target, op, value, before);
    checkChange(attribute, op, before, after, target.path);
    const changed = withValue(holder, attribute.name, after);
    this.#put(extension, changed);
  }

  #applyToExtension(extension: Attribute, op: PatchOperation['op'], value: unknown): void {
    const parts =
      op === 'remove' ? undefined : complexParts(extension, value, extension.name, this.#reading);
    const held = asComplex(valueAt(this.resource, extension.name));
    const removed = op === 'remove' || (op === 'replace' && parts === undefined);
    const given = parts ?? new Map<Attribute, unknown>();
    if (removed || dropsLeftOut(op, held, given, 'complexReplace', this.#reading)) {
      if (removed) checkChange(extension, op, held, undefined, extension.name);
      for (const sub of extension.subAttributes.values()) {
        const before = held && valueAt(held, sub.name);
        if (before !== undefined && !parts?.has(sub) && !(removed && sub.required)) {
          checkChange(sub, op, before, undefined, `${extension.name}:${sub.name}`);
          this.#put(extension, withValue(this.#holder(extension), sub.name, undefined));
        }
      }
      if (removed) this.#put(extension, {});
    }
    for (const part of partsOfExtension(extension, given)) {
      this.#applyTo(part.target, op, part.value);
    }
  }

  #holder(extension: Attribute | undefined): Complex {
    if (extension === undefined) return this.resource;
    return asComplex(valueAt(this.resource, extension.name)) ?? {};
  }

  #put(extension: Attribute | undefined, holder: Complex): void {
    if (extension === undefined) {
      this.resource = holder;
      return;
    }
    const empty = Object.keys(holder).length === 0;
    if (empty) {
      checkChange(
        extension,
        'remove',
        valueAt(this.resource, extension.name),
        undefined,
        extension.name,
      );
    }
    this.resource = withValue(this.resource, extension.name, empty ? undefined : holder);
  }

  /** @throws ScimError 400 `tooMany` when the operations would take too long all together. */
  #spend({ filter }: Target, op: PatchOperation['op'], value: unknown, values: number): void {
    const { patchComparisons } = this.#reading.limits;
    const listed = op === 'remove' && Array.isArray(value) ? value.length : 1;
    this.#comparisons += values * (filter === undefined ? listed : testsIn(filter));
    if (this.#comparisons > patchComparisons) {
      throw badRequest(
        'tooMany',
        `The operations need more than ${patchComparisons} comparisons of values: send fewer at once`,
      );
    }
  }

  #change(
    target: Target,
    op: PatchOperation['op'],
    value: unknown,
    before: Value | undefined,
  ): Value | undefined {
    const { attribute, subAttribute, path } = target;
    const reading = this.#reading;
    if (attribute.multiValued) {
      const values = before === undefined ? [] : valuesAt({ before }, 'before');
      this.#spend(target, op, value, values.length);
      const after = changeValues({ op, value }, target, values, reading);
      checkHeld(after, attribute.name, reading.limits);
      return after.length === 0 ? undefined : after;
    }
    if (subAttribute !== undefined) {
      const held = asComplex(before);
      const after = changeSubAttribute(held ?? {}, subAttribute, op, value, path, reading);
      if (Object.keys(after).length === 0) return undefined;
      if (op !== 'remove') requireSubAttributes(attribute, after, attribute.name);
      return after;
    }
    if (op === 'remove') return undefined;
    if (value === null && op === 'add') return before;
    if (attribute.type !== 'complex') return readAttribute(attribute, value, path, reading);
    const held = asComplex(before);
    return changeComplex(attribute, held, op, value, path, reading, 'complexReplace');
  }
}
