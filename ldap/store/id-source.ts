import type { PostingList } from './posting-list.ts';

/**
 * Candidate ids in ascending order. Asking for "the next above" instead of holding a place means
 * that a search may rest while the store changes, and go on without missing or repeating anything.
 */
export interface IdSource {
  /** About how many ids there are. */
  readonly estimate: number;
  /** The smallest id above `id`, or -1. */
  after(id: number): number;
}

export const noIds: IdSource = { estimate: 0, after: () => -1 };

export function oneId(only: number): IdSource {
  return { estimate: 1, after: (id) => (only > id ? only : -1) };
}

export function postings(list: PostingList): IdSource {
  return { estimate: list.size, after: (id) => list.after(id) };
}

/** Ids gathered once, in any order; one that is there twice is found once. */
export function gatheredIds(ids: Iterable<number>): IdSource {
  const sorted = Uint32Array.from(ids).sort();
  return {
    estimate: sorted.length,
    after(id) {
      let low = 0;
      let high = sorted.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((sorted[middle] as number) <= id) low = middle + 1;
        else high = middle;
      }
      return sorted[low] ?? -1;
    },
  };
}

/** Ids that any of the sources has. */
export function unionOf(sources: readonly IdSource[]): IdSource {
  const some = sources.filter(({ estimate }) => estimate > 0);
  const [first] = some;
  if (first === undefined) return noIds;
  if (some.length === 1) return first;
  const heads = new Float64Array(some.length).fill(-2);
  return {
    estimate: some.reduce((sum, { estimate }) => sum + estimate, 0),
    after(id) {
      let least = -1;
      for (let index = 0; index < some.length; index += 1) {
        let head = heads[index] as number;
        if (head !== -1 && head <= id) {
          head = (some[index] as IdSource).after(id);
          heads[index] = head;
        }
        if (head !== -1 && (least === -1 || head < least)) least = head;
      }
      return least;
    },
  };
}

/** Ids that all of the sources have. */
export function intersectionOf(sources: readonly IdSource[]): IdSource {
  const ordered = [...sources].sort((left, right) => left.estimate - right.estimate);
  const [rarest, ...others] = ordered;
  if (rarest === undefined) return noIds;
  if (others.length === 0) return rarest;
  return {
    estimate: rarest.estimate,
    after(id) {
      let candidate = rarest.after(id);
      next: while (candidate !== -1) {
        for (const other of others) {
          const found = other.after(candidate - 1);
          if (found === -1) return -1;
          if (found !== candidate) {
            candidate = rarest.after(found - 1);
            continue next;
          }
        }
        return candidate;
      }
      return -1;
    },
  };
}
