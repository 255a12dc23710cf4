import type { Visibility } from '../entry/visibility.ts';
import { gatheredIds, type IdSource, noIds, postings } from './id-source.ts';
import { PostingList } from './posting-list.ts';
import type { StoredEntry } from './stored-entry.ts';

/** The two ends of a link: `member` of a group, `memberOf` of its member. */
export type LinkEnd = 'members' | 'groups';

const opposite = { members: 'groups', groups: 'members' } as const;

/** False if the link was there. */
export function addLink(group: StoredEntry, member: StoredEntry): boolean {
  group.members ??= new PostingList();
  if (!group.members.add(member.id)) return false;
  member.groups ??= new PostingList();
  member.groups.add(group.id);
  return true;
}

/** False if there was no such link. */
export function removeLink(group: StoredEntry, member: StoredEntry): boolean {
  if (!group.members?.delete(member.id)) return false;
  if (group.members.size === 0) group.members = undefined;
  member.groups?.delete(group.id);
  if (member.groups?.size === 0) member.groups = undefined;
  return true;
}

type EntryById = (id: number) => StoredEntry | undefined;

/** The entries at the other end that the reader may know of. */
export function* linked(
  entry: StoredEntry,
  end: LinkEnd,
  visibility: Visibility<StoredEntry>,
  entryById: EntryById,
): Generator<StoredEntry> {
  const ids = entry[end];
  if (ids === undefined) return;
  for (let id = ids.after(-1); id !== -1; id = ids.after(id)) {
    const other = entryById(id);
    if (other !== undefined && visibility.entry?.(other) !== false) yield other;
  }
}

/** Entries whose `end` holds `target`: the answer to `(member=target)` or `(memberOf=target)`. */
export function linkedTo(target: StoredEntry, end: LinkEnd): IdSource {
  const ids = target[opposite[end]];
  return ids === undefined ? noIds : postings(ids);
}

/**
 * Ids of all entries from which a chain of `end` links leads to `target`
 * (LDAP_MATCHING_RULE_IN_CHAIN), through entries that the reader may know of. Cycles are walked once.
 */
export function chainTo(
  target: StoredEntry,
  end: LinkEnd,
  visibility: Visibility<StoredEntry>,
  entryById: EntryById,
): Set<number> {
  const found = new Set<number>();
  const waiting = [target];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const other of linked(at, opposite[end], visibility, entryById)) {
      if (found.has(other.id)) continue;
      found.add(other.id);
      if (other[opposite[end]] !== undefined) waiting.push(other);
    }
  }
  return found;
}

export function chainSource(ids: ReadonlySet<number>): IdSource {
  return ids.size === 0 ? noIds : gatheredIds(ids);
}
