import { BerError, BerLimitError, BerReader, BerTag } from '../ber/ber-reader.ts';
import type { BindOutcome, DirectoryView } from '../directory.ts';
import { FilterLimitError } from '../filter/filter.ts';
import { type Control, decodeControls, type ResponseControl } from '../message/controls.ts';
import { Oid } from '../message/oids.ts';
import {
  type BindRequest,
  type CompareRequest,
  decodeAbandon,
  decodeBind,
  decodeCancelValue,
  decodeCompare,
  decodeExtended,
  decodeSearch,
  decodeWrite,
  type ExtendedRequest,
  isWriteTag,
  RequestTag,
  type SearchRequest,
} from '../message/requests.ts';
import { responseTagOf, writeResult } from '../message/responses.ts';
import { RequestError, ResultCode } from '../message/result-code.ts';
import type { OperationName } from '../observer.ts';
import { refusalOf, startBind } from './bind.ts';
import { compareEntry } from './compare.ts';
import type { SearchOperation, SearchOutput } from './search-operation.ts';
import type { ServerContext, Session } from './server-context.ts';
import { NoSuchObjectError, pageControl, startSearch, writeServerEntry } from './start-search.ts';
import type { Transport } from './transport.ts';

/** Controls that each operation understands, by request tag. */
const understood: { readonly [tag: number]: readonly string[] } = {
  [RequestTag.bind]: [Oid.passwordPolicy, Oid.manageDsaIt],
  [RequestTag.search]: [Oid.pagedResults, Oid.manageDsaIt],
  [RequestTag.compare]: [Oid.manageDsaIt],
};
const understoodElsewhere = [Oid.manageDsaIt];

interface Pending {
  readonly messageId: number;
  readonly tag: number;
  readonly operation: OperationName;
  readonly startedAt: number;
}

interface Answer {
  readonly matchedDn?: string;
  readonly diagnostic?: string;
  readonly controls?: readonly ResponseControl[];
  readonly oid?: string;
  readonly value?: Uint8Array;
}

const operationNames: { readonly [tag: number]: OperationName } = {
  [RequestTag.bind]: 'bind',
  [RequestTag.unbind]: 'unbind',
  [RequestTag.search]: 'search',
  [RequestTag.compare]: 'compare',
  [RequestTag.abandon]: 'abandon',
  [RequestTag.extended]: 'extended',
};

/** The protocol side of one connection: what each request does and who it is done for. */
export class RequestHandler<Identity> implements SearchOutput {
  readonly #context: ServerContext<Identity>;
  readonly #transport: Transport;
  readonly #ber = new BerReader();
  readonly #searches = new Map<number, SearchOperation>();
  #session: Session<Identity> | undefined;
  #binding: number | undefined;

  constructor(context: ServerContext<Identity>, transport: Transport) {
    this.#context = context;
    this.#transport = transport;
  }

  get writer() {
    return this.#transport.writer;
  }

  get isBound(): boolean {
    return this.#session !== undefined;
  }

  get isIdle(): boolean {
    return this.#binding === undefined && this.#searches.size === 0;
  }

  /** Nothing more is to be read: a bind is under way, or as many operations as there may be. */
  get isFull(): boolean {
    return (
      this.#binding !== undefined || this.#searches.size >= this.#context.limits.operationsInFlight
    );
  }

  flush(): boolean {
    return this.#transport.flush();
  }

  /** The client reads again: searches that waited for it go on. */
  drained(): void {
    for (const search of this.#searches.values()) {
      if (search.blocked) this.#context.scheduler.add(search);
    }
  }

  /** The connection is gone: nothing that is under way may answer any more. */
  abandonAll(): void {
    this.#binding = undefined;
    for (const search of this.#searches.values()) search.abandon();
    this.#searches.clear();
    this.#session = undefined;
  }

  /** Handles one message. Throws BerError where it is broken; everything else is answered. */
  handle(buffer: Buffer, start: number, end: number): void {
    const { limits, observer } = this.#context;
    const reader = this.#ber.reset(buffer, start, end, {
      elements: limits.messageElements,
      depth: limits.messageDepth,
    });
    const outer = reader.enter(BerTag.sequence);
    const messageId = reader.readInteger();
    const tag = reader.peekTag();
    const operation = operationNames[tag] ?? (isWriteTag(tag) ? 'write' : undefined);
    if (operation === undefined) throw new BerError('not a request');
    // RFC 4511 section 4.1.1.1: not zero, and not one that is still at work.
    if (messageId <= 0) throw new BerError('a message id must be positive');
    if (this.#searches.has(messageId)) throw new BerError('the message id is in use');
    const pending = { messageId, tag, operation, startedAt: performance.now() };
    try {
      this.#dispatch(pending, reader, outer);
    } catch (error) {
      if (error instanceof BerError) throw error;
      if (error instanceof NoSuchObjectError) {
        this.#answer(pending, error.code, { matchedDn: error.matchedDn });
      } else if (error instanceof RequestError) {
        this.#answer(pending, error.code, { diagnostic: error.message });
      } else if (error instanceof BerLimitError || error instanceof FilterLimitError) {
        this.#answer(pending, ResultCode.adminLimitExceeded, { diagnostic: error.message });
      } else {
        observer.fault?.(error);
        this.#answer(pending, ResultCode.other, { diagnostic: 'internal error' });
      }
    }
  }

  #dispatch(pending: Pending, reader: BerReader, outer: number): void {
    const { limits } = this.#context;
    switch (pending.tag) {
      case RequestTag.search: {
        const request = decodeSearch(reader, limits);
        this.#search(pending, request, this.#controls(pending, reader, outer));
        return;
      }
      case RequestTag.bind: {
        const request = decodeBind(reader);
        this.#bind(pending, request, this.#controls(pending, reader, outer));
        return;
      }
      case RequestTag.compare: {
        const request = decodeCompare(reader);
        this.#controls(pending, reader, outer);
        this.#compare(pending, request);
        return;
      }
      case RequestTag.extended: {
        const request = decodeExtended(reader);
        this.#controls(pending, reader, outer);
        this.#extended(pending, request);
        return;
      }
      case RequestTag.abandon:
        this.#abandon(decodeAbandon(reader));
        return;
      case RequestTag.unbind:
        this.abandonAll();
        this.#transport.finish('client');
        return;
      default:
        decodeWrite(reader);
        this.#controls(pending, reader, outer);
        throw new RequestError(ResultCode.unwillingToPerform, 'the directory is read only');
    }
  }

  /** The controls, all understood or not critical (RFC 4511 section 4.1.11). */
  #controls({ tag }: Pending, reader: BerReader, outer: number): readonly Control[] {
    const controls = reader.atEnd ? [] : decodeControls(reader, this.#context.limits.controls);
    reader.leave(outer);
    const known = understood[tag] ?? understoodElsewhere;
    for (const { oid, critical } of controls) {
      if (critical && !known.includes(oid)) {
        throw new RequestError(
          ResultCode.unavailableCriticalExtension,
          'a critical control is not supported here',
        );
      }
    }
    return controls;
  }

  #answer(
    { messageId, tag, operation, startedAt }: Pending,
    code: ResultCode,
    answer: Answer = {},
  ) {
    const responseTag = responseTagOf(tag);
    if (responseTag === undefined) return;
    writeResult(this.writer, { messageId, tag: responseTag, code, ...answer });
    const seconds = (performance.now() - startedAt) / 1000;
    this.#context.observer.operation?.({ operation, code, seconds });
  }

  /** Who reads, and what; an identity that may see nothing any more is forgotten. */
  #reader(): { session: Session<Identity>; view: DirectoryView } | undefined {
    const session = this.#session;
    const view = session && this.#context.directory.view(session.identity);
    if (session !== undefined && view !== undefined) return { session, view };
    this.#session = undefined;
    return undefined;
  }

  #boundReader(): { session: Session<Identity>; view: DirectoryView } {
    const reader = this.#reader();
    if (reader === undefined) {
      throw new RequestError(ResultCode.insufficientAccessRights, 'bind first');
    }
    return reader;
  }

  #search(pending: Pending, request: SearchRequest, controls: readonly Control[]): void {
    const context = this.#context;
    const { messageId, startedAt } = pending;
    const { base, scope } = request;
    const serverEntry =
      base === '' && scope === 'base'
        ? context.serverEntries.rootDse({
            namingContexts: context.directory.namingContexts(this.#reader()?.session.identity),
            startTls: context.secureContext() !== undefined,
          })
        : context.serverEntries.subschema(base, scope);
    if (serverEntry !== undefined) {
      writeServerEntry(serverEntry, { messageId, request, output: this }, context);
      const paged = controls.some(({ oid }) => oid === Oid.pagedResults);
      this.#answer(pending, ResultCode.success, {
        controls: paged ? [pageControl(undefined)] : [],
      });
      return;
    }
    const { view, session } = this.#boundReader();
    const owner = session.dn;
    const search = startSearch(
      { messageId, request, controls, view, owner, startedAt, output: this },
      context,
    );
    if (search === undefined) {
      this.#answer(pending, ResultCode.success, { controls: [pageControl(undefined)] });
      return;
    }
    this.#searches.set(messageId, search);
    if (search.advance(startedAt + context.limits.slice)) context.scheduler.add(search);
  }

  fault(error: unknown): void {
    this.#context.observer.fault?.(error);
  }

  searchEnded(search: SearchOperation, code: ResultCode): void {
    this.#searches.delete(search.messageId);
    const seconds = (performance.now() - search.startedAt) / 1000;
    this.#context.observer.operation?.({ operation: 'search', code, seconds });
    this.#transport.resume();
  }

  /** RFC 4511 section 4.2.1: from here on anonymous, until the answer; what is under way is abandoned. */
  #bind(pending: Pending, request: BindRequest, controls: readonly Control[]): void {
    this.abandonAll();
    const outcome = startBind(request, this.#transport.peer, this.#context);
    if (outcome === undefined) {
      this.#answer(pending, ResultCode.success);
    } else if (outcome instanceof Promise) {
      this.#binding = pending.messageId;
      void outcome
        .catch((error: unknown): BindOutcome<Identity> => {
          this.#context.observer.fault?.(error);
          return { kind: 'refused', reason: 'unavailable' };
        })
        .then((settled) => {
          if (this.#binding !== pending.messageId) return;
          this.#binding = undefined;
          this.#finishBind(pending, settled, controls);
          this.#transport.resume();
        });
    } else this.#finishBind(pending, outcome, controls);
  }

  #finishBind(
    pending: Pending,
    outcome: BindOutcome<Identity>,
    controls: readonly Control[],
  ): void {
    if (outcome.kind === 'accepted') {
      this.#session = { identity: outcome.identity, dn: outcome.dn };
      this.#answer(pending, ResultCode.success);
    } else {
      const refusal = refusalOf(outcome.reason, controls);
      this.#answer(pending, refusal.code, { controls: refusal.controls });
    }
  }

  #compare(pending: Pending, request: CompareRequest): void {
    this.#answer(pending, compareEntry(this.#boundReader().view, request));
  }

  #abandon(messageId: number): void {
    const search = this.#searches.get(messageId);
    if (search === undefined) return;
    search.abandon();
    this.#searches.delete(messageId);
  }

  #extended(pending: Pending, { oid, value }: ExtendedRequest): void {
    switch (oid) {
      case Oid.whoAmI: {
        // RFC 4532 section 2.
        const reader = this.#reader();
        const authorization = reader === undefined ? '' : `dn:${reader.session.dn}`;
        this.#answer(pending, ResultCode.success, { value: Buffer.from(authorization) });
        return;
      }
      case Oid.cancel:
        this.#cancel(pending, value);
        return;
      case Oid.startTls:
        this.#startTls(pending);
        return;
      default:
        throw new RequestError(ResultCode.protocolError, 'unknown extended operation');
    }
  }

  /** RFC 3909 section 2. */
  #cancel(pending: Pending, value: Buffer | undefined): void {
    if (value === undefined) throw new RequestError(ResultCode.protocolError, 'cancel what?');
    const reader = new BerReader().reset(value, 0, value.length, { elements: 2, depth: 1 });
    let search: SearchOperation | undefined;
    try {
      search = this.#searches.get(decodeCancelValue(reader));
    } catch {
      throw new RequestError(ResultCode.protocolError, 'a cancel names a message id');
    }
    if (search === undefined) {
      throw new RequestError(ResultCode.noSuchOperation, 'no such operation is under way');
    }
    search.cancel();
    this.#answer(pending, ResultCode.success);
  }

  /** RFC 4511 section 4.14. */
  #startTls(pending: Pending): void {
    const context = this.#context.secureContext();
    if (context === undefined) {
      throw new RequestError(ResultCode.protocolError, 'there is no certificate');
    }
    if (this.#transport.peer.secure || this.#searches.size > 0) {
      throw new RequestError(
        ResultCode.operationsError,
        'TLS is there, or operations are under way',
      );
    }
    // What comes behind the request in clear text could be anybody's.
    if (this.#transport.hasMoreInput) throw new BerError('bytes behind a StartTLS request');
    this.#answer(pending, ResultCode.success, { oid: Oid.startTls });
    this.#transport.startTls(context);
  }
}
