import type { BerWriter } from '../ber/ber-writer.ts';
import { writeEntry } from '../entry/entry-writer.ts';
import type { Selection } from '../entry/selection.ts';
import type { Visibility } from '../entry/visibility.ts';
import type { ResponseControl } from '../message/controls.ts';
import { ResponseTag, writeResult } from '../message/responses.ts';
import { ResultCode } from '../message/result-code.ts';
import type { EntryStore } from '../store/entry-store.ts';
import type { SearchCursor } from '../store/search-cursor.ts';
import type { StoredEntry } from '../store/stored-entry.ts';
import type { SlicedWork } from './scheduler.ts';

/** Bytes written by a search before it lets the connection send them. */
const flushBytes = 64 * 1024;
/** Entries between two looks at the clock. */
const entriesPerLook = 16;

/** The connection as a search sees it. */
export interface SearchOutput {
  readonly writer: BerWriter;
  /** Sends what the writer holds; false while the client does not read. */
  flush(): boolean;
  searchEnded(operation: SearchOperation, code: ResultCode): void;
  /** Something threw that should not have; the search ends with `other`. */
  fault(error: unknown): void;
}

export interface SearchOperationOptions {
  readonly messageId: number;
  readonly store: EntryStore;
  readonly cursor: SearchCursor;
  readonly selection: Selection<StoredEntry>;
  readonly typesOnly: boolean;
  readonly visibility: Visibility<StoredEntry>;
  /** Entries before `sizeLimitExceeded`. */
  readonly sizeLimit: number;
  /** Entries before the page is full; infinite without paging. */
  readonly pageSize: number;
  /** performance.now at which time is up. */
  readonly timeLimit: number;
  readonly startedAt: number;
  readonly output: SearchOutput;
  /** Control of the final message, given where to go on; undefined when all was given. */
  readonly pageControl?: (next: { after: number; returned: number } | undefined) => ResponseControl;
}

/** A search under way: writes matches until it is done, its slice is over, or the client is behind. */
export class SearchOperation implements SlicedWork {
  readonly messageId: number;
  readonly startedAt: number;
  readonly #options: SearchOperationOptions;
  #returned = 0;
  #ended = false;
  /** Waits for the client to read. */
  blocked = false;
  #lastGiven = -1;

  constructor(options: SearchOperationOptions) {
    this.#options = options;
    this.messageId = options.messageId;
    this.startedAt = options.startedAt;
  }

  /** A turn of its own: what it wrote is sent before others write. */
  run(deadline: number): boolean {
    const unfinished = this.advance(deadline);
    if (this.#options.output.flush() || !unfinished) return unfinished;
    this.blocked = true;
    return false;
  }

  /** Goes on within the turn of its connection; true where it wants another. */
  advance(deadline: number): boolean {
    if (this.#ended) return false;
    try {
      return this.#advance(deadline);
    } catch (error) {
      this.#options.output.fault(error);
      return this.#end(ResultCode.other);
    }
  }

  #advance(deadline: number): boolean {
    const { cursor, output, sizeLimit, pageSize, timeLimit } = this.#options;
    if (this.#returned > 0 || this.blocked) cursor.rested();
    this.blocked = false;
    for (let count = 1; ; count += 1) {
      const entry = cursor.next(deadline);
      if (entry === null) return this.#end(ResultCode.success);
      if (entry === undefined) {
        if (performance.now() > timeLimit) return this.#end(ResultCode.timeLimitExceeded);
        return true;
      }
      if (this.#returned >= sizeLimit) return this.#end(ResultCode.sizeLimitExceeded);
      if (this.#returned >= pageSize) return this.#end(ResultCode.success, this.#lastGiven);
      this.#write(entry);
      if (output.writer.length > flushBytes && !output.flush()) {
        this.blocked = true;
        return false;
      }
      if (count % entriesPerLook === 0) {
        const now = performance.now();
        if (now > timeLimit) return this.#end(ResultCode.timeLimitExceeded);
        if (now > deadline) return true;
      }
    }
  }

  #write(entry: StoredEntry): void {
    const { messageId, store, selection, typesOnly, visibility, output } = this.#options;
    const dn = store.dnOf(entry);
    writeEntry(output.writer, { messageId, dn, entry, selection, typesOnly, visibility });
    this.#returned += 1;
    this.#lastGiven = entry.id;
  }

  /** Ends without an answer (RFC 4511 section 4.11). */
  abandon(): void {
    this.#ended = true;
  }

  /** Ends with the answer that a cancel asks for (RFC 3909 section 2.2). */
  cancel(): void {
    this.#end(ResultCode.canceled);
  }

  #end(code: ResultCode, goOnBehind?: number): false {
    const { output, messageId, pageControl } = this.#options;
    this.#ended = true;
    const next =
      goOnBehind === undefined ? undefined : { after: goOnBehind, returned: this.#returned };
    const controls = pageControl === undefined ? [] : [pageControl(next)];
    writeResult(output.writer, { messageId, tag: ResponseTag.searchDone, code, controls });
    output.searchEnded(this, code);
    return false;
  }
}
