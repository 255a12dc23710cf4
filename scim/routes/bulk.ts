import { badRequest, errorBody, ScimError, shown } from '../error.ts';
import { patchUrn } from '../patch/operations.ts';
import type { ResourceType } from '../schemas/resource-type.ts';
import type { ScimConnection } from '../storage.ts';
import {
  type Postponed,
  postponeReferences,
  referenceIn,
  referencesIn,
  resolveReferences,
} from './bulk-references.ts';
import { type BulkOperation, readBulkRequest } from './bulk-request.ts';
import { type Answer, type Exchange, requireWrite } from './exchange.ts';
import { locationOf } from './present.ts';
import { everything } from './projection.ts';
import { createResource, deleteResource, patchResource, putResource } from './resources.ts';

/**
 * POST /Bulk (RFC 7644 section 3.7): each operation for itself, in the order of the request except
 * that what is referred to by bulkId comes first. Resources that refer to each other in a circle are
 * made first and get the references then; where one cannot be made without, it is 409.
 *
 * @throws ScimError when the request as a whole cannot be read.
 */
export async function runBulk<C extends ScimConnection>(
  exchange: Exchange<C>,
  body: unknown,
): Promise<Answer> {
  requireWrite(exchange.connection);
  const { operations, failOnErrors } = readBulkRequest(body, exchange.reading);
  const run = new BulkRun(exchange, operations, failOnErrors);
  for (const index of operations.keys()) await run.perform(index);
  run.abandonWaiting();
  return {
    status: 200,
    body: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'],
      Operations: run.results(),
    },
  };
}

interface Result {
  readonly status: number;
  readonly location?: string | undefined;
  readonly version?: string | undefined;
  readonly error?: ScimError;
}

/** A reference that waits for a resource of the same circle. */
interface Waiting extends Postponed {
  readonly owner: number;
  readonly type: ResourceType;
  readonly id: string;
}

class BulkRun<C extends ScimConnection> {
  readonly #exchange: Exchange<C>;
  readonly #operations: readonly BulkOperation[];
  readonly #failOnErrors: number;
  readonly #byBulkId: ReadonlyMap<string, number>;
  readonly #known: ReadonlySet<string>;
  readonly #started = new Set<number>();
  readonly #results = new Map<number, Result>();
  readonly #ids = new Map<string, string>();
  #waiting: Waiting[] = [];
  #errors = 0;

  constructor(exchange: Exchange<C>, operations: readonly BulkOperation[], failOnErrors: number) {
    this.#exchange = exchange;
    this.#operations = operations;
    this.#failOnErrors = failOnErrors;
    this.#byBulkId = new Map(
      operations.flatMap(({ method, bulkId }, index): [string, number][] =>
        method === 'POST' && bulkId !== undefined ? [[bulkId, index]] : [],
      ),
    );
    this.#known = new Set(this.#byBulkId.keys());
  }

  /** Performs an operation after those that it refers to, unless too many have failed. */
  async perform(index: number): Promise<void> {
    const operation = this.#operations[index];
    if (operation === undefined || this.#started.has(index)) return;
    this.#started.add(index);
    const references = new Set(referencesIn(operation.data, this.#known));
    const inPath = operation.path
      .split('/')
      .map(referenceIn)
      .find((bulkId) => bulkId !== undefined);
    if (inPath !== undefined) references.add(inPath);
    for (const bulkId of references) {
      const referred = this.#byBulkId.get(bulkId);
      if (referred !== undefined) await this.perform(referred);
    }
    if (this.#errors >= this.#failOnErrors) return;
    try {
      this.#results.set(index, await this.#execute(operation, index, references));
    } catch (error) {
      this.#fail(index, error);
    }
    if (operation.bulkId !== undefined) await this.#join(operation.bulkId);
  }

  /** A circle was left undone because too many failed: what was made of it lacks something. */
  abandonWaiting(): void {
    for (const { owner, bulkIds } of this.#waiting) {
      this.#fail(owner, unresolved(bulkIds.find((bulkId) => !this.#ids.has(bulkId)) ?? ''));
    }
    this.#waiting = [];
  }

  /** In the order of the request; operations that were not performed are left out. */
  results(): readonly unknown[] {
    return this.#operations.flatMap(({ method, bulkId }, index) => {
      const result = this.#results.get(index);
      if (result === undefined) return [];
      const { status, location, version, error } = result;
      return {
        method,
        ...(bulkId === undefined ? {} : { bulkId }),
        ...(version === undefined ? {} : { version }),
        ...(location === undefined ? {} : { location }),
        status: String(status),
        ...(error === undefined ? {} : { response: errorBody(error) }),
      };
    });
  }

  async #execute(
    operation: BulkOperation,
    index: number,
    references: ReadonlySet<string>,
  ): Promise<Result> {
    const { method, bulkId, version } = operation;
    const { type, id } = this.#targetOf(operation);
    if (method !== 'POST') this.#checkResolved(references);
    const data = resolveReferences(operation.data, this.#ids);
    const wishes = { selection: everything, ifMatch: version };
    switch (method) {
      case 'POST':
        if (id !== undefined) throw new ScimError(405, `POST makes resources at ${type.endpoint}`);
        if (bulkId === undefined) throw badRequest('invalidSyntax', 'A POST needs a bulkId');
        return this.#create(type, data, index, bulkId, references);
      case 'PUT':
        return this.#resultOf(type, id, (it) =>
          putResource(this.#exchange, type, it, data, wishes),
        );
      case 'PATCH':
        return this.#resultOf(type, id, (it) =>
          patchResource(this.#exchange, type, it, data, wishes),
        );
      case 'DELETE':
        return this.#resultOf(type, id, (it) => deleteResource(this.#exchange, type, it, wishes));
      default:
        throw badRequest('invalidSyntax', `The method must be POST, PUT, PATCH or DELETE`);
    }
  }

  async #create(
    type: ResourceType,
    data: unknown,
    index: number,
    bulkId: string,
    references: ReadonlySet<string>,
  ): Promise<Result> {
    const unmade = [...references].filter((reference) => this.#isUnderWay(reference));
    const { data: rest, postponed } = postponeReferences(data, new Set(unmade));
    this.#checkResolved(referencesIn(rest, this.#known));
    const selection = { attributes: ['id'], excludedAttributes: undefined };
    const answer = await createResource(this.#exchange, type, rest, { selection }).catch(
      (error: unknown) => {
        const [lacking] = postponed;
        const refused = error instanceof ScimError && error.status === 400;
        throw refused && lacking ? unresolved(lacking.bulkIds[0] ?? '') : error;
      },
    );
    const id = String((answer.body as { id: unknown }).id);
    this.#ids.set(bulkId, id);
    this.#waiting.push(...postponed.map((value) => ({ ...value, owner: index, type, id })));
    return resultFrom(answer);
  }

  /** Gives resources that were made before the references that they waited for. */
  async #join(bulkId: string): Promise<void> {
    const ready = this.#waiting.filter(
      ({ bulkIds }) => bulkIds.includes(bulkId) && !bulkIds.some((id) => this.#isUnderWay(id)),
    );
    this.#waiting = this.#waiting.filter((waiting) => !ready.includes(waiting));
    for (const { owner, type, id, bulkIds, path, value } of ready) {
      const operation = { op: 'add', path, value: resolveReferences(value, this.#ids) };
      try {
        this.#checkResolved(bulkIds);
        const patch = { schemas: [patchUrn], Operations: [operation] };
        const { headers } = await patchResource(this.#exchange, type, id, patch);
        const before = this.#results.get(owner);
        if (before) this.#results.set(owner, { ...before, version: headers?.ETag });
      } catch (error) {
        this.#fail(owner, error);
      }
    }
  }

  #isUnderWay(bulkId: string): boolean {
    const index = this.#byBulkId.get(bulkId);
    return index !== undefined && this.#started.has(index) && !this.#results.has(index);
  }

  #checkResolved(references: Iterable<string>): void {
    for (const bulkId of references) {
      if (this.#ids.has(bulkId)) continue;
      if (!this.#byBulkId.has(bulkId)) {
        throw badRequest('invalidValue', `No operation makes bulkId:${bulkId}`);
      }
      throw unresolved(bulkId);
    }
  }

  #targetOf({ path }: BulkOperation): { type: ResourceType; id: string | undefined } {
    const [empty, endpoint = '', segment, ...rest] = path.split('/');
    const type = this.#exchange.registry.byEndpoint(`/${endpoint}`);
    if (empty !== '' || type === undefined || rest.length > 0) {
      throw badRequest('invalidPath', `There is nothing at ${shown(path)}`);
    }
    const bulkId = segment === undefined ? undefined : referenceIn(segment);
    if (bulkId === undefined) return { type, id: segment };
    this.#checkResolved([bulkId]);
    return { type, id: this.#ids.get(bulkId) };
  }

  async #resultOf(
    type: ResourceType,
    id: string | undefined,
    perform: (id: string) => Promise<Answer>,
  ): Promise<Result> {
    if (id === undefined)
      throw badRequest('invalidPath', `The path needs an id: ${type.endpoint}/…`);
    return {
      location: locationOf(type, id, this.#exchange.base),
      ...resultFrom(await perform(id)),
    };
  }

  #fail(index: number, error: unknown): void {
    this.#errors += 1;
    const told =
      error instanceof ScimError ? error : new ScimError(500, 'Something went wrong here');
    if (told !== error) this.#exchange.report(error);
    const operation = this.#operations[index];
    const posted = operation === undefined || operation.method === 'POST';
    // What a POST made before it failed to join its circle is there, and is named.
    const made = this.#results.get(index)?.location;
    const location = posted ? made : `${this.#exchange.base}${operation.path}`;
    this.#results.set(index, { status: told.status, location, error: told });
  }
}

function unresolved(bulkId: string): ScimError {
  return new ScimError(409, `bulkId:${bulkId} could not be resolved`);
}

function resultFrom({ status, headers = {} }: Answer): Result {
  const { Location: location, ETag: version } = headers;
  return {
    status,
    ...(location === undefined ? {} : { location }),
    ...(version === undefined ? {} : { version }),
  };
}
