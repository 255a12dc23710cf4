import { isObject } from '../schemas/read-value.ts';

const prefix = 'bulkId:';

/**
 * The bulkIds that the data of an operation refers to (RFC 7644 section 3.7.2). Text that merely looks
 * like a reference counts in `value` only, unless the request knows the bulkId.
 */
export function referencesIn(data: unknown, known: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set<string>();
  mapStrings(data, (text, name) => {
    const bulkId = referenceIn(text);
    if (bulkId !== undefined && (known.has(bulkId) || name === 'value')) found.add(bulkId);
    return text;
  });
  return found;
}

/** Puts ids in the place of references. */
export function resolveReferences(data: unknown, ids: ReadonlyMap<string, string>): unknown {
  return mapStrings(data, (text) => ids.get(referenceIn(text) ?? '') ?? text);
}

export function referenceIn(text: string): string | undefined {
  return text.startsWith(prefix) ? text.slice(prefix.length) : undefined;
}

/**
 * Takes values that refer to `waiting` out of a collection: they are added when the ids are known.
 *
 * @returns the data without them, and what was taken out by the name in the data and the bulkId.
 */
export function postponeReferences(
  data: unknown,
  collections: ReadonlySet<string>,
  waiting: ReadonlySet<string>,
): { readonly data: unknown; readonly postponed: readonly Postponed[] } {
  if (!isObject(data)) return { data, postponed: [] };
  const names = new Set([...collections].map((name) => name.toLowerCase()));
  const postponed: Postponed[] = [];
  const entries = Object.entries(data).map(([name, json]): [string, unknown] => {
    if (!names.has(name.toLowerCase()) || !Array.isArray(json)) return [name, json];
    const kept = json.filter((item: unknown) => {
      const value = isObject(item) ? item.value : undefined;
      const bulkId = typeof value === 'string' ? referenceIn(value) : undefined;
      if (bulkId === undefined || !waiting.has(bulkId)) return true;
      postponed.push({ collection: name, bulkId, item });
      return false;
    });
    return [name, kept];
  });
  return { data: Object.fromEntries(entries), postponed };
}

export interface Postponed {
  readonly collection: string;
  readonly bulkId: string;
  readonly item: unknown;
}

/** Copies JSON with its strings changed; depth is bounded where the body is parsed. */
function mapStrings(
  json: unknown,
  change: (text: string, name: string) => string,
  name = '',
): unknown {
  if (typeof json === 'string') return change(json, name);
  if (Array.isArray(json)) return json.map((item) => mapStrings(item, change, name));
  if (!isObject(json)) return json;
  const entries = Object.entries(json).map(([key, item]) => [key, mapStrings(item, change, key)]);
  return Object.fromEntries(entries);
}
