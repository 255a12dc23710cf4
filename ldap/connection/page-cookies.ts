import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { formatFilter } from '../filter/format.ts';
import type { SearchRequest } from '../message/requests.ts';

/** Where a paged search rests (RFC 2696). */
export interface PagePosition {
  /** Go on behind this entry id. */
  readonly after: number;
  /** Entries given so far, over all pages. */
  readonly returned: number;
}

const positionBytes = 8;
const macBytes = 16;

/**
 * Makes and reads paging cookies. Nothing is kept for them: a cookie says where to go on and is
 * sealed, with a key of this process, to the identity and the search it was made for.
 */
export class PageCookies {
  readonly #key = randomBytes(32);

  make(position: PagePosition, owner: string, request: SearchRequest): Buffer {
    const cookie = Buffer.alloc(positionBytes + macBytes);
    cookie.writeUInt32BE(position.after, 0);
    cookie.writeUInt32BE(position.returned, 4);
    this.#seal(cookie.subarray(0, positionBytes), owner, request).copy(cookie, positionBytes);
    return cookie;
  }

  /** Undefined for a cookie of another identity or search, or one that was not made here. */
  read(cookie: Buffer, owner: string, request: SearchRequest): PagePosition | undefined {
    if (cookie.length !== positionBytes + macBytes) return undefined;
    const seal = this.#seal(cookie.subarray(0, positionBytes), owner, request);
    if (!timingSafeEqual(seal, cookie.subarray(positionBytes))) return undefined;
    return { after: cookie.readUInt32BE(0), returned: cookie.readUInt32BE(4) };
  }

  #seal(position: Buffer, owner: string, request: SearchRequest): Buffer {
    const { base, scope, typesOnly, filter, attributes } = request;
    const search = JSON.stringify([
      owner,
      base,
      scope,
      typesOnly,
      formatFilter(filter),
      attributes,
    ]);
    const digest = createHash('sha256').update(search).digest();
    return createHmac('sha256', this.#key)
      .update(position)
      .update(digest)
      .digest()
      .subarray(0, macBytes);
  }
}
