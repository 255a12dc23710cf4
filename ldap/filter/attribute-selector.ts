import type { Shape } from '../entry/encoded-entry.ts';
import type { VirtualAttribute } from '../entry/visibility.ts';
import type { AttributeDescription, AttributeType, Schema } from '../schema/schema.ts';

/**
 * What an attribute description of a filter or a selection stands for: its type with all subtypes,
 * and any attribute that has at least its options (RFC 4512 section 2.5).
 */
export class AttributeSelector<E> {
  readonly types: readonly AttributeType[];
  readonly options: readonly string[];
  readonly virtuals: readonly VirtualAttribute<E>[];
  #lastShape: Shape | undefined;
  #lastPositions: readonly number[] = [];
  readonly #positions = new Map<Shape, readonly number[]>();

  constructor(
    types: readonly AttributeType[],
    options: readonly string[],
    virtuals: ReadonlyMap<AttributeType, VirtualAttribute<E>>,
  ) {
    this.types = types;
    this.options = options;
    this.virtuals =
      options.length > 0 || virtuals.size === 0
        ? []
        : types.flatMap((type) => virtuals.get(type) ?? []);
  }

  /** Positions, within a shape, of the attributes that are meant. */
  positions(shape: Shape): readonly number[] {
    if (shape === this.#lastShape) return this.#lastPositions;
    let positions = this.#positions.get(shape);
    if (positions === undefined) {
      positions = shape.descriptions.flatMap((description, position) =>
        this.#means(description) ? [position] : [],
      );
      this.#positions.set(shape, positions);
    }
    this.#lastShape = shape;
    this.#lastPositions = positions;
    return positions;
  }

  #means({ type, options }: AttributeDescription): boolean {
    return this.types.includes(type) && this.options.every((option) => options.includes(option));
  }
}

/** The selector of a description; undefined where its type is unknown. */
export function selectAttribute<E>(
  text: string,
  schema: Schema,
  virtuals: ReadonlyMap<AttributeType, VirtualAttribute<E>>,
): { selector: AttributeSelector<E>; type: AttributeType } | undefined {
  const description = schema.describe(text);
  if (description === undefined) return undefined;
  // `;binary` names an encoding, not a subtype (RFC 4522): what we keep is octets already.
  const options = description.options.filter((option) => option !== 'binary');
  const { type } = description;
  return { selector: new AttributeSelector(schema.subtypesOf(type), options, virtuals), type };
}
