import type { PreparedPieces } from '../filter/compiled-filter.ts';
import { type IdSource, intersectionOf, noIds, oneId, postings } from './id-source.ts';
import { PostingList } from './posting-list.ts';

/** Key → ids. Most keys have one id, which costs no list. */
export class EqualityIndex {
  readonly #ids = new Map<string, number | PostingList>();

  add(key: string, id: number): void {
    const known = this.#ids.get(key);
    if (known === undefined) this.#ids.set(key, id);
    else if (typeof known === 'number') {
      if (known !== id) this.#ids.set(key, new PostingList(known, id));
    } else known.add(id);
  }

  delete(key: string, id: number): void {
    const known = this.#ids.get(key);
    if (known === id) this.#ids.delete(key);
    else if (typeof known === 'object') {
      known.delete(id);
      if (known.size === 0) this.#ids.delete(key);
    }
  }

  find(key: string): IdSource {
    const known = this.#ids.get(key);
    if (known === undefined) return noIds;
    return typeof known === 'number' ? oneId(known) : postings(known);
  }
}

/** Pieces shorter than this are found by no index. */
const gramLength = 3;
const startMark = '\u0002';
const endMark = '\u0003';
/** More grams than this narrow a search no further. */
const usefulGrams = 6;

/** Three-character pieces of keys → ids; marks stand for the ends, so that prefixes are pieces too. */
export class SubstringIndex {
  readonly #grams = new Map<string, PostingList>();

  add(key: string, id: number): void {
    const marked = startMark + key + endMark;
    for (let at = 0; at + gramLength <= marked.length; at += 1) {
      const gram = marked.slice(at, at + gramLength);
      const list = this.#grams.get(gram);
      if (list === undefined) this.#grams.set(gram, new PostingList(id));
      else list.add(id);
    }
  }

  delete(key: string, id: number): void {
    for (const gram of gramsOf(startMark + key + endMark)) {
      const list = this.#grams.get(gram);
      list?.delete(id);
      if (list?.size === 0) this.#grams.delete(gram);
    }
  }

  /** Candidates that hold all grams of the pieces; undefined where the pieces are too short. */
  find({ initial, any, final }: PreparedPieces): IdSource | undefined {
    const grams = new Set<string>();
    if (initial !== '') for (const gram of gramsOf(startMark + initial)) grams.add(gram);
    for (const piece of any) for (const gram of gramsOf(piece)) grams.add(gram);
    if (final !== '') for (const gram of gramsOf(final + endMark)) grams.add(gram);
    if (grams.size === 0) return undefined;
    const lists: PostingList[] = [];
    for (const gram of grams) {
      const list = this.#grams.get(gram);
      if (list === undefined) return noIds;
      lists.push(list);
    }
    lists.sort((left, right) => left.size - right.size);
    return intersectionOf(lists.slice(0, usefulGrams).map(postings));
  }
}

function gramsOf(text: string): Set<string> {
  const grams = new Set<string>();
  for (let at = 0; at + gramLength <= text.length; at += 1) {
    grams.add(text.slice(at, at + gramLength));
  }
  return grams;
}
