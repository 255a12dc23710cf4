import { AttributeSelector } from '../filter/attribute-selector.ts';
import type { AttributeType, Schema } from '../schema/schema.ts';
import type { Shape } from './encoded-entry.ts';
import type { VirtualAttribute } from './visibility.ts';

/** What a selection takes of entries of one shape. */
export interface SelectedPositions {
  readonly positions: readonly number[];
  /** Exactly the user attributes: their bytes can be copied as they stand. */
  readonly exactlyUser: boolean;
}

/**
 * The attributes that a search asks for (RFC 4511 section 4.5.1.8, RFC 3673): none named or `*` is
 * all user attributes, `+` all operational ones, `1.1` none; unknown names are passed over, and what
 * is asked for twice is answered once.
 */
export class Selection<E> {
  readonly virtuals: readonly VirtualAttribute<E>[];
  readonly #user: boolean;
  readonly #operational: boolean;
  readonly #selectors: readonly AttributeSelector<E>[];
  readonly #plans = new Map<Shape, SelectedPositions>();

  constructor(
    names: readonly string[],
    schema: Schema,
    virtuals: ReadonlyMap<AttributeType, VirtualAttribute<E>>,
  ) {
    this.#user = names.length === 0 || names.includes('*');
    this.#operational = names.includes('+');
    this.#selectors = names.flatMap((name) => {
      const description = name === '*' || name === '+' ? undefined : schema.describe(name);
      if (description === undefined) return [];
      const options = description.options.filter((option) => option !== 'binary');
      return new AttributeSelector(schema.subtypesOf(description.type), options, virtuals);
    });
    const named = new Set(this.#selectors.flatMap((selector) => selector.virtuals));
    this.virtuals = [...virtuals.values()].filter(
      (virtual) =>
        named.has(virtual) || (virtual.type.operational ? this.#operational : this.#user),
    );
  }

  positions(shape: Shape): SelectedPositions {
    let plan = this.#plans.get(shape);
    if (plan === undefined) {
      const named = new Set(this.#selectors.flatMap((selector) => selector.positions(shape)));
      const positions = shape.descriptions.flatMap(({ type }, position) =>
        named.has(position) || (type.operational ? this.#operational : this.#user)
          ? [position]
          : [],
      );
      const exactlyUser = this.#user && positions.length === shape.userAttributes;
      plan = { positions, exactlyUser };
      this.#plans.set(shape, plan);
    }
    return plan;
  }
}
