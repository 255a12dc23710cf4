import { type Context, Hono } from 'hono';
import { errorBody, ScimError } from '../error.ts';
import { type ScimLimits, settleLimits } from '../limits.ts';
import { profiles, type Tolerance } from '../profiles.ts';
import type { ResourceType, ResourceTypeDeclaration } from '../schemas/resource-type.ts';
import type { ScimConnection, ScimStorage } from '../storage.ts';
import { runBulk } from './bulk.ts';
import {
  discoveryList,
  presentResourceType,
  presentSchema,
  refuseFilter,
  type ServiceDescription,
  schemasOf,
  serviceProviderConfig,
} from './discovery.ts';
import type { Answer, Exchange } from './exchange.ts';
import { readBody } from './json.ts';
import { readSearchRequest, readSelection, readUrlQuery } from './query.ts';
import { settleRegistry } from './registry.ts';
import {
  createResource,
  deleteResource,
  getResource,
  patchResource,
  putResource,
  type Wishes,
} from './resources.ts';
import { listEverything, listResources } from './search.ts';
import { withoutSpareSlashes } from './spare-slashes.ts';
import { bodyOf } from './streaming.ts';

export interface ScimOptions<C extends ScimConnection> {
  readonly resourceTypes: readonly ResourceTypeDeclaration[];
  readonly storage: ScimStorage<C>;
  /**
   * Who sent the request; undefined is answered with 401. May throw `ScimError`, as 429 with
   * `Retry-After`.
   */
  readonly authenticate: (request: Request, context: Context) => Promise<C | undefined>;
  /** URL at which the service is mounted, without a slash at the end; never taken from the request. */
  readonly baseUrl: (connection: C) => string;
  readonly limits?: Partial<ScimLimits>;
  readonly service?: ServiceDescription;
  /** Hears of failures that are not the client's; the answer tells nothing of them. */
  readonly onError?: (error: unknown, request: Request) => void;
}

type Environment<C extends ScimConnection> = { Variables: { connection: C } };

/**
 * Makes a SCIM 2.0 service (RFC 7643, 7644, 9865) to be mounted at `/scim/v2`. It answers there and
 * below `/{organization}`, which must be the connection's own.
 *
 * @throws TypeError when the resource types contradict themselves.
 *
 * @example
 * const scim = createScim({
 *   resourceTypes: [userType, groupType],
 *   storage,
 *   authenticate: (request) => connectionOf(request.headers.get('authorization')),
 *   baseUrl: () => 'https://directory.example.com/scim/v2',
 * });
 * app.route('/scim/v2', scim);
 */
export function createScim<C extends ScimConnection>({
  resourceTypes,
  storage,
  authenticate,
  baseUrl,
  limits: givenLimits = {},
  service = {},
  onError = () => undefined,
}: ScimOptions<C>): Hono<Environment<C>> {
  const registry = settleRegistry(resourceTypes);
  const limits = settleLimits(givenLimits);
  const app = new Hono<Environment<C>>();

  app.onError((error, context) => {
    if (error instanceof ScimError) return errorResponse(error);
    onError(error, context.req.raw);
    return errorResponse(
      new ScimError(500, 'Something went wrong here; the request is not at fault'),
    );
  });

  app.use('*', async (context, next) => {
    const connection = await authenticate(context.req.raw, context);
    if (connection === undefined) {
      throw new ScimError(401, 'A valid bearer token is needed', {
        headers: { 'WWW-Authenticate': 'Bearer realm="SCIM"' },
      });
    }
    context.set('connection', connection);
    await next();
  });

  type Handler = (
    exchange: Exchange<C>,
    context: Context<Environment<C>>,
  ) => Promise<Answer> | Answer;

  const handle = (handler: Handler) => async (context: Context<Environment<C>>) => {
    const connection = context.get('connection');
    const slug = context.req.param('organization');
    if (slug !== undefined && slug !== connection.organization) throw unknownPath();
    const { profile } = connection;
    const used = new Set<Tolerance>();
    const tolerated = (tolerance: Tolerance) => used.add(tolerance);
    const answer = await handler(
      {
        connection,
        storage,
        registry,
        limits,
        reading: { leniency: { profile, tolerated }, limits },
        base: slug === undefined ? baseUrl(connection) : `${baseUrl(connection)}/${slug}`,
        report: (error) => onError(error, context.req.raw),
      },
      context,
    );
    for (const tolerance of used) connection.tolerated?.(tolerance);
    return respond(answer, context.req.raw, (error) => onError(error, context.req.raw));
  };

  const body = (context: Context, type?: ResourceType) => {
    const large = type === undefined || type.collections.size > 0;
    return readBody(
      context.req.raw,
      large ? limits.largeBodyBytes : limits.bodyBytes,
      limits.jsonDepth,
    );
  };

  /** A path and its methods; every other method is 405 there. */
  const route = (path: string, methods: Readonly<Record<string, Handler>>) => {
    const allowed = Object.keys(methods).join(', ');
    for (const [method, handler] of Object.entries(methods)) app.on(method, path, handle(handler));
    app.all(
      path,
      handle(() => {
        throw new ScimError(405, `Only ${allowed} is answered here`, {
          headers: { Allow: allowed },
        });
      }),
    );
  };

  for (const prefix of ['', '/:organization']) {
    route(`${prefix}/ServiceProviderConfig`, {
      GET: ({ base, connection }, context) => {
        refuseFilter(parametersOf(context));
        const kept = {
          cursors: storage.cursors === true,
          interop: connection.profile === profiles.interop,
        };
        return serviceProviderConfig(base, limits, kept, service);
      },
    });
    route(`${prefix}/Schemas`, {
      GET: ({ base }, context) => {
        refuseFilter(parametersOf(context));
        return discoveryList(schemasOf(registry).map((schema) => presentSchema(schema, base)));
      },
    });
    route(`${prefix}/Schemas/:urn`, {
      GET: ({ base }, context) => {
        refuseFilter(parametersOf(context));
        const urn = context.req.param('urn')?.toLowerCase();
        const schema = schemasOf(registry).find(({ id }) => id.toLowerCase() === urn);
        if (schema === undefined) throw unknownPath();
        return { status: 200, body: presentSchema(schema, base) };
      },
    });
    route(`${prefix}/ResourceTypes`, {
      GET: ({ base }, context) => {
        refuseFilter(parametersOf(context));
        return discoveryList(registry.types.map((type) => presentResourceType(type, base)));
      },
    });
    route(`${prefix}/ResourceTypes/:name`, {
      GET: ({ base }, context) => {
        refuseFilter(parametersOf(context));
        const type = registry.byName(context.req.param('name') ?? '');
        if (type === undefined) throw unknownPath();
        return { status: 200, body: presentResourceType(type, base) };
      },
    });
    route(`${prefix}/Bulk`, {
      POST: async (exchange, context) => runBulk(exchange, await body(context)),
    });
    route(`${prefix}/.search`, {
      POST: async (exchange, context) =>
        listEverything(exchange, readSearchRequest(await body(context), exchange.reading)),
    });

    const me = async (exchange: Exchange<C>): Promise<readonly [ResourceType, string]> => {
      if (storage.me === undefined) throw new ScimError(501, '/Me is not supported');
      const found = await storage.me(exchange.connection);
      const type = found && registry.byName(found.type);
      if (!type) throw new ScimError(404, 'This connection stands for no resource');
      return [type, found.id];
    };
    route(`${prefix}/Me`, {
      GET: async (exchange, context) =>
        getResource(exchange, ...(await me(exchange)), wishesOf(context)),
      PUT: async (exchange, context) => {
        const [type, id] = await me(exchange);
        return putResource(exchange, type, id, await body(context, type), wishesOf(context));
      },
      PATCH: async (exchange, context) => {
        const [type, id] = await me(exchange);
        return patchResource(exchange, type, id, await body(context, type), wishesOf(context));
      },
      DELETE: async (exchange, context) =>
        deleteResource(exchange, ...(await me(exchange)), wishesOf(context)),
    });

    for (const type of registry.types) {
      route(`${prefix}${type.endpoint}`, {
        GET: (exchange, context) =>
          listResources(exchange, type, readUrlQuery(parametersOf(context), limits)),
        POST: async (exchange, context) =>
          createResource(exchange, type, await body(context, type), wishesOf(context)),
      });
      route(`${prefix}${type.endpoint}/.search`, {
        POST: async (exchange, context) =>
          listResources(
            exchange,
            type,
            readSearchRequest(await body(context, type), exchange.reading),
          ),
      });
      const idOf = (context: Context) => context.req.param('id') ?? '';
      route(`${prefix}${type.endpoint}/:id`, {
        GET: (exchange, context) => getResource(exchange, type, idOf(context), wishesOf(context)),
        PUT: async (exchange, context) =>
          putResource(exchange, type, idOf(context), await body(context, type), wishesOf(context)),
        PATCH: async (exchange, context) =>
          patchResource(
            exchange,
            type,
            idOf(context),
            await body(context, type),
            wishesOf(context),
          ),
        DELETE: (exchange, context) =>
          deleteResource(exchange, type, idOf(context), wishesOf(context)),
      });
    }
    route(prefix === '' ? '/' : prefix, {
      GET: (exchange, context) =>
        listEverything(exchange, readUrlQuery(parametersOf(context), limits)),
    });
  }
  app.all('*', (context) => {
    const tidy = withoutSpareSlashes(context);
    if (tidy === undefined) throw unknownPath();
    return app.fetch(tidy);
  });
  return app;
}

function unknownPath(): ScimError {
  return new ScimError(404, 'There is nothing at this address');
}

function parametersOf(context: Context): URLSearchParams {
  return new URL(context.req.url).searchParams;
}

function wishesOf(context: Context): Wishes {
  return {
    selection: readSelection(parametersOf(context)),
    ifMatch: context.req.header('If-Match'),
    ifNoneMatch: context.req.header('If-None-Match'),
  };
}

const contentType = { 'Content-Type': 'application/scim+json' };

async function respond(
  { status, body, text, headers = {} }: Answer,
  { method }: Request,
  report: (error: unknown) => void,
): Promise<Response> {
  if (body === undefined && text === undefined) return new Response(null, { status, headers });
  const init = { status, headers: { ...headers, ...contentType } };
  // Nobody reads what HEAD would have shown.
  if (method === 'HEAD') return new Response(null, init);
  return new Response(text === undefined ? JSON.stringify(body) : await bodyOf(text, report), init);
}

function errorResponse(error: ScimError): Response {
  return new Response(JSON.stringify(errorBody(error)), {
    status: error.status,
    headers: { ...error.headers, ...contentType },
  });
}
