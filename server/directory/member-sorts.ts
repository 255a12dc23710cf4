import { sql } from 'kysely';
import { DirectoryError } from './errors.ts';
import { isUuid, type Sql } from './filter-sql.ts';
import { isStorable } from './text.ts';

/** What the member list can be sorted by. */
export const memberSorts = ['name', 'username', 'createdAt'] as const;
export type MemberSort = (typeof memberSorts)[number];

/** A sort key of `m`, the member's row. */
interface SortKey {
  column: Sql;
  /** What is sorted by: the head of an index, written as it is there. */
  key: Sql;
  /** As a cursor carries it. */
  told: Sql;
  /** The key that a cursor told. */
  from: (told: string) => Sql;
  accepts: (told: string) => boolean;
}

// Times in microseconds, so that a cursor stands exactly between two members.
const sortKeys: Record<MemberSort, SortKey> = {
  name: textKey(sql`m.display_name_key`, sql`m.display_name_key collate "C"`),
  // A member without a username sorts as the empty one.
  username: textKey(sql`m.username_key`, sql`coalesce(m.username_key, '') collate "C"`),
  createdAt: {
    column: sql`m.created_at`,
    key: sql`m.created_at`,
    told: sql`to_char(m.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
    from: (told) => sql`${told}::timestamptz`,
    accepts: isMoment,
  },
};

function textKey(column: Sql, key: Sql): SortKey {
  return { column, key, told: key, from: (told) => sql`${told}`, accepts: isStorable };
}

/** A time of the calendar in microseconds, as `told` writes it. */
function isMoment(told: string): boolean {
  if (!/^[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(told)) return false;
  const milliseconds = `${told.slice(0, -4)}Z`;
  const time = Date.parse(milliseconds);
  return !Number.isNaN(time) && new Date(time).toISOString() === milliseconds;
}

/** The place of a page in the list. */
export interface PagePlace {
  sort: MemberSort;
  descending: boolean;
  /** From the answer to the page before or after. */
  cursor?: string | undefined;
}

/** A place in SQL, over `m`. */
export interface PageSql {
  /** The column that position and order are made from. */
  column: Sql;
  position: Sql;
  order: Sql;
  /** What a cursor on a member of this page is made from. */
  told: Sql;
  /** The page ends at the cursor and comes in the opposite order. */
  backwards: boolean;
}

/** @throws DirectoryError `invalid-value` for the field `cursor` */
export function pageSql({ sort, descending, cursor }: PagePlace): PageSql {
  const sortKey = sortKeys[sort];
  const { column, key, told } = sortKey;
  const from = cursor === undefined ? undefined : parseCursor(cursor, sortKey);
  const backwards = from?.direction === 'before';
  const reversed = descending !== backwards;
  return {
    column,
    position:
      from === undefined
        ? sql`true`
        : sql`(${key}, m.id) ${reversed ? sql`<` : sql`>`} (${sortKey.from(from.told)}, ${from.id}::uuid)`,
    order: reversed ? sql`${key} desc, m.id desc` : sql`${key}, m.id`,
    told,
    backwards,
  };
}

interface Cursor {
  direction: 'after' | 'before';
  told: string;
  id: string;
}

export function formatCursor({ direction, told, id }: Cursor): string {
  return Buffer.from(JSON.stringify([direction, told, id])).toString('base64url');
}

function parseCursor(text: string, { accepts }: SortKey): Cursor {
  try {
    const [direction, told, id] = JSON.parse(
      Buffer.from(text, 'base64url').toString(),
    ) as unknown[];
    if (
      (direction === 'after' || direction === 'before') &&
      typeof told === 'string' &&
      accepts(told) &&
      typeof id === 'string' &&
      isUuid(id)
    ) {
      return { direction, told, id };
    }
  } catch {
    // Told below, as every other wrong cursor.
  }
  throw new DirectoryError('invalid-value', 'This cursor is not one of ours.', { field: 'cursor' });
}
