/** Some of many names, and how many there are in all. */
export interface NameList {
  count: number;
  /** The first few. */
  names: readonly string[];
}

/** What a field holds, as the audit keeps it. */
export type FieldValue = string | number | boolean | null | NameList;

/** What a field held before and holds now. */
export interface FieldChange {
  before: FieldValue | undefined;
  after: FieldValue | undefined;
}

/** What a use case says of a field; names may be all of them. */
export type FieldInput = FieldValue | undefined | Date | readonly string[];

/** That a secret changed, and no more. */
export const secretChange: FieldChange = { before: null, after: null };

const namesKept = 20;
const longestText = 500;

/**
 * The fields that are not the same on both sides, each cut to what the audit keeps: 20 names of a list,
 * 500 characters of a text.
 */
export function changedFields(
  before: Readonly<Record<string, FieldInput>>,
  after: Readonly<Record<string, FieldInput>>,
): Record<string, FieldChange> {
  const changed: Record<string, FieldChange> = {};
  for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [before[field] ?? null, after[field] ?? null];
    // A list of none and no list are the same nothing.
    if (isNothing(was) && isNothing(is)) continue;
    if (JSON.stringify(was) === JSON.stringify(is)) continue;
    changed[field] = { before: kept(was), after: kept(is) };
  }
  return changed;
}

function isNothing(input: FieldInput): boolean {
  if (input === null || input === undefined) return true;
  if (typeof input !== 'object' || input instanceof Date) return false;
  return ('names' in input ? input.count : input.length) === 0;
}

function kept(input: FieldInput): FieldValue {
  if (input === undefined || input === null) return null;
  if (typeof input === 'string') return shortened(input);
  if (typeof input !== 'object') return input;
  if (input instanceof Date) return input.toISOString();
  const { count, names } = 'names' in input ? input : { count: input.length, names: input };
  return { count, names: names.slice(0, namesKept).map(shortened) };
}

function shortened(text: string): string {
  // A cut through a character leaves half of it, which no database row can hold.
  return text.length <= longestText ? text : `${text.slice(0, longestText - 1)}…`.toWellFormed();
}
