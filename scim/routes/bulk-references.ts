import { isObject } from '../schemas/read-value.ts';

const prefix = 'bulkId:';

/**
 * The bulkIds that the data of an operation refers to (RFC 7644 section 3.7.2), in the paths of a PATCH
 * too. Text that merely looks like a reference counts in `value` only, unless the request knows the
 * bulkId.
 */
export function referencesIn(data: unknown, known: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set<string>();
  mapStrings(data, (text, name) => {
    const bulkId = referenceIn(text);
    if (bulkId !== undefined && (known.has(bulkId) || name === 'value')) found.add(bulkId);
    if (name === 'path') for (const quoted of referencesInPath(text)) found.add(quoted);
    return text;
  });
  return found;
}

/** Puts ids in the place of references. */
export function resolveReferences(data: unknown, ids: ReadonlyMap<string, string>): unknown {
  return mapStrings(data, (text, name) => {
    const id = ids.get(referenceIn(text) ?? '');
    if (id !== undefined || name !== 'path') return id ?? text;
    return text.replace(quotedReference, (whole, bulkId: string) => {
      const quoted = ids.get(bulkId);
      return quoted === undefined ? whole : JSON.stringify(quoted);
    });
  });
}

export function referenceIn(text: string): string | undefined {
  return text.startsWith(prefix) ? text.slice(prefix.length) : undefined;
}

/** As in `members[value eq "bulkId:anna"]`. */
const quotedReference = /"bulkId:([^"\\]*)"/g;

function referencesInPath(path: string): readonly string[] {
  return [...path.matchAll(quotedReference)].map(([, bulkId = '']) => bulkId);
}

/** An attribute, or a value of one, that waits for the ids of what it refers to. */
export interface Postponed {
  readonly bulkIds: readonly string[];
  /** Path at which it is added later. */
  readonly path: string;
  readonly value: unknown;
}

/**
 * Takes what refers to `waiting` out of the data of a POST: single values of a multi-valued attribute,
 * other attributes whole, those of extensions too. They are added when the ids are known.
 */
export function postponeReferences(
  data: unknown,
  waiting: ReadonlySet<string>,
  place = '',
): { readonly data: unknown; readonly postponed: readonly Postponed[] } {
  if (!isObject(data) || waiting.size === 0) return { data, postponed: [] };
  const postponed: Postponed[] = [];
  const waitsFor = (json: unknown) =>
    [...referencesIn({ value: json }, waiting)].filter((bulkId) => waiting.has(bulkId));
  const entries = Object.entries(data).flatMap(([name, json]): [string, unknown][] => {
    const path = `${place}${name}`;
    if (place === '' && name.toLowerCase().startsWith('urn:') && isObject(json)) {
      const inner = postponeReferences(json, waiting, `${name}:`);
      postponed.push(...inner.postponed);
      return [[name, inner.data]];
    }
    if (!Array.isArray(json)) {
      const bulkIds = waitsFor(json);
      if (bulkIds.length === 0) return [[name, json]];
      postponed.push({ bulkIds, path, value: json });
      return [];
    }
    const kept = json.filter((item: unknown) => {
      const bulkIds = waitsFor(item);
      if (bulkIds.length > 0) postponed.push({ bulkIds, path, value: [item] });
      return bulkIds.length === 0;
    });
    return [[name, kept]];
  });
  return { data: Object.fromEntries(entries), postponed };
}

/** Copies JSON with its strings changed; depth is bounded where the body is parsed. */
function mapStrings(
  json: unknown,
  change: (text: string, name: string) => string,
  name = '',
): unknown {
  if (typeof json === 'string') return change(json, name.toLowerCase());
  if (Array.isArray(json)) return json.map((item) => mapStrings(item, change, name));
  if (!isObject(json)) return json;
  const entries = Object.entries(json).map(([key, item]) => [key, mapStrings(item, change, key)]);
  return Object.fromEntries(entries);
}
