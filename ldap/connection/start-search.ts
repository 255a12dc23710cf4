import { BerReader } from '../ber/ber-reader.ts';
import type { DirectoryView } from '../directory.ts';
import { writeEntry } from '../entry/entry-writer.ts';
import { Selection } from '../entry/selection.ts';
import { compileFilter } from '../filter/compile.ts';
import { Truth } from '../filter/compiled-filter.ts';
import { evaluate } from '../filter/evaluate.ts';
import {
  type Control,
  decodePageRequest,
  encodePageResponse,
  type ResponseControl,
} from '../message/controls.ts';
import { Oid } from '../message/oids.ts';
import type { SearchRequest } from '../message/requests.ts';
import { RequestError, ResultCode } from '../message/result-code.ts';
import type { StoredEntry } from '../store/stored-entry.ts';
import type { PageCookies, PagePosition } from './page-cookies.ts';
import { SearchOperation, type SearchOutput } from './search-operation.ts';
import type { ServerContext } from './server-context.ts';
import type { ServerEntry } from './server-entries.ts';

export interface SearchStart {
  readonly messageId: number;
  readonly request: SearchRequest;
  readonly controls: readonly Control[];
  readonly view: DirectoryView;
  /** Authorization identity, to which paging cookies are sealed. */
  readonly owner: string;
  readonly startedAt: number;
  readonly output: SearchOutput;
}

/**
 * Begins a search in the organization of its reader (RFC 4511 section 4.5). Undefined where an empty
 * page is asked for with a cookie, which ends the paging (RFC 2696 section 3); throws RequestError.
 */
export function startSearch<Identity>(
  { messageId, request, controls, view, owner, startedAt, output }: SearchStart,
  { limits, pageCookies }: ServerContext<Identity>,
): SearchOperation | undefined {
  const { store, visibility = {} } = view;
  const base = findVisible(view, request.base);
  const paging = readPaging(controls, owner, request, pageCookies);
  if (paging?.size === 0 && paging.resumed) return undefined;
  const timeLimit = Math.min(
    request.timeLimit * 1000 || limits.operationTime,
    limits.operationTime,
  );
  const wanted = request.sizeLimit === 0 ? Number.POSITIVE_INFINITY : request.sizeLimit;
  const serverLimit = view.sizeLimit ?? limits.sizeLimit;
  const { filter, scope, attributes, typesOnly } = request;
  const returnedBefore = paging?.position.returned ?? 0;
  return new SearchOperation({
    messageId,
    store,
    cursor: store.search({ base, scope, filter, visibility, after: paging?.position.after ?? -1 }),
    selection: new Selection(attributes, store.schema, store.virtuals),
    typesOnly,
    visibility,
    sizeLimit: paging === undefined ? Math.min(wanted, serverLimit) : wanted - returnedBefore,
    pageSize:
      paging === undefined
        ? Number.POSITIVE_INFINITY
        : Math.min(paging.size || limits.pageSize, limits.pageSize),
    timeLimit: startedAt + timeLimit,
    startedAt,
    output,
    ...(paging && {
      pageControl: (next: PagePosition | undefined) =>
        pageControl(
          next &&
            pageCookies.make({ ...next, returned: returnedBefore + next.returned }, owner, request),
        ),
    }),
  });
}

/** The entry of a DN, as far as the reader may know of it. Throws RequestError. */
export function findVisible({ store, visibility = {} }: DirectoryView, dn: string): StoredEntry {
  const lookup = store.lookup(dn);
  if (lookup.kind === 'invalid') {
    throw new RequestError(ResultCode.invalidDNSyntax, 'the name is not a DN');
  }
  const sees = (entry: StoredEntry) => visibility.entry?.(entry) !== false;
  if (lookup.kind === 'found' && sees(lookup.entry)) return lookup.entry;
  let nearest = lookup.kind === 'found' ? lookup.entry.parent : lookup.nearest;
  while (nearest !== undefined && !sees(nearest)) nearest = nearest.parent;
  throw new NoSuchObjectError(nearest === undefined ? '' : store.dnOf(nearest));
}

/** RFC 4511 section 4.1.9: with the nearest entry above that there is. */
export class NoSuchObjectError extends RequestError {
  readonly matchedDn: string;

  constructor(matchedDn: string) {
    super(ResultCode.noSuchObject, '');
    this.matchedDn = matchedDn;
  }
}

interface Paging {
  readonly size: number;
  readonly position: PagePosition;
  readonly resumed: boolean;
}

function readPaging(
  controls: readonly Control[],
  owner: string,
  request: SearchRequest,
  cookies: PageCookies,
): Paging | undefined {
  const control = controls.find(({ oid }) => oid === Oid.pagedResults);
  if (control === undefined) return undefined;
  const { size, cookie } = decodePageRequest(new BerReader(), control.value);
  if (cookie.length === 0) return { size, position: { after: -1, returned: 0 }, resumed: false };
  const position = cookies.read(cookie, owner, request);
  if (position === undefined) {
    throw new RequestError(ResultCode.unwillingToPerform, 'the cookie is of another search');
  }
  return { size, position, resumed: true };
}

export function pageControl(cookie: Buffer | undefined): ResponseControl {
  return { oid: Oid.pagedResults, value: encodePageResponse(cookie ?? Buffer.alloc(0)) };
}

/** Answers a search whose base is an entry of the server itself. */
export function writeServerEntry<Identity>(
  { dn, entry }: ServerEntry,
  { messageId, request, output }: Pick<SearchStart, 'messageId' | 'request' | 'output'>,
  { serverEntries, schema }: ServerContext<Identity>,
): void {
  const context = serverEntries.filterContext(dn);
  const filter = compileFilter(request.filter, context);
  if (evaluate(filter, entry, context) !== Truth.true) return;
  const selection = new Selection(request.attributes, schema, context.virtuals);
  const { typesOnly } = request;
  writeEntry(output.writer, { messageId, dn, entry, selection, typesOnly, visibility: {} });
}
