/** Bounds on what a request may bring. Sizes are in bytes unless they say otherwise. */
export interface ScimLimits {
  readonly bodyBytes: number;
  /** For types with a collection (groups), bulk. */
  readonly largeBodyBytes: number;
  readonly jsonDepth: number;
  /** Names in one JSON object. */
  readonly objectKeys: number;
  /** Values of one attribute in one request. */
  readonly valuesPerAttribute: number;
  /** Values that a multi-valued attribute may have in all, unless it is a collection. */
  readonly valuesHeld: number;
  readonly patchOperations: number;
  /** Comparisons of values that the operations of one PATCH may need, by filters, lists and merging. */
  readonly patchComparisons: number;
  readonly bulkOperations: number;
  /** Largest page, in resources. */
  readonly maxResults: number;
  /** Page size when the client names none, in resources. */
  readonly defaultResults: number;
}

export const defaultLimits: ScimLimits = {
  bodyBytes: 1024 * 1024,
  largeBodyBytes: 5 * 1024 * 1024,
  jsonDepth: 32,
  objectKeys: 2_000,
  valuesPerAttribute: 10_000,
  valuesHeld: 1_000,
  patchOperations: 1_000,
  patchComparisons: 500_000,
  bulkOperations: 1_000,
  maxResults: 200,
  defaultResults: 100,
};

/** The defaults with some of them changed; a page is never larger than the largest. */
export function settleLimits(given: Partial<ScimLimits>): ScimLimits {
  const limits = { ...defaultLimits, ...given };
  return { ...limits, defaultResults: Math.min(limits.defaultResults, limits.maxResults) };
}

/** Bounds on a filter or a path; the same for every host, so that a parsed filter is always small. */
export const filterLimits = { characters: 8 * 1024, depth: 32, nodes: 128 } as const;

/** Characters that a value of each text type may have unless its attribute says otherwise. */
export const textLimits = {
  string: 1_024,
  reference: 8_192,
  dateTime: 64,
  binary: 65_536,
} as const;
