import type { Hono } from 'hono';
import { defaultLimits } from '../limits.ts';
import { type ProfileName, profiles, type Tolerance } from '../profiles.ts';
import { createScim, type ScimOptions } from '../routes/scim.ts';
import { groupType } from '../schemas/core-group.ts';
import { userType } from '../schemas/core-user.ts';
import { isObject, type Reading } from '../schemas/read-value.ts';
import { settleResourceType } from '../schemas/resource-type.ts';
import type { ScimConnection } from '../storage.ts';
import { deviceType } from './device-type.ts';
import { MemoryStorage } from './memory-storage.ts';

export const base = 'https://directory.example.com/scim/v2';

export const users = settleResourceType(userType);
export const groups = settleResourceType(groupType);
export const devices = settleResourceType(deviceType);

/** How a profile reads, and the tolerances that were used. */
export function reading(
  name: ProfileName = 'lenient',
): Reading & { readonly used: Set<Tolerance> } {
  const used = new Set<Tolerance>();
  return {
    used,
    limits: defaultLimits,
    leniency: { profile: profiles[name], tolerated: (tolerance) => used.add(tolerance) },
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined when there was none. */
  readonly body: unknown;
}

/** A service on an empty storage, with connections of the organizations Acme and Globex. */
export function startService(
  options: Partial<ScimOptions<ScimConnection>> & { readonly profile?: ProfileName } = {},
) {
  const storage = new MemoryStorage();
  const used = new Set<Tolerance>();
  const errors: unknown[] = [];
  const connection = (
    organization: string,
    scopes: ScimConnection['scopes'] = new Set(['read', 'write'] as const),
  ): ScimConnection => ({
    organization,
    profile: profiles[options.profile ?? 'lenient'],
    scopes,
    tolerated: (tolerance) => used.add(tolerance),
  });
  const connections = new Map([
    ['Bearer acme', connection('acme')],
    ['Bearer globex', connection('globex')],
    ['Bearer reader', connection('acme', new Set(['read']))],
  ]);
  const app = createScim({
    resourceTypes: [userType, groupType, deviceType],
    storage,
    authenticate: async (request) => connections.get(request.headers.get('authorization') ?? ''),
    baseUrl: () => base,
    onError: (error) => errors.push(error),
    ...options,
  });
  const send = sender(app);
  return { app, storage, used, errors, send };
}

/** Sends requests as Acme's provider unless a header says otherwise. */
function sender(app: Hono<{ Variables: { connection: ScimConnection } }>) {
  return async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> => {
    const response = await app.request(path, {
      method,
      headers: {
        authorization: 'Bearer acme',
        ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  };
}

/** The id of the resource in a reply. */
export function idOf({ body }: Reply): string {
  const id = isObject(body) ? body.id : undefined;
  if (typeof id !== 'string') throw new TypeError(`No resource: ${JSON.stringify(body)}`);
  return id;
}

/** One attribute of all resources in a list. */
export function listed({ body }: Reply, name: string): readonly unknown[] {
  const resources = isObject(body) ? body.Resources : undefined;
  if (!Array.isArray(resources)) throw new TypeError(`No list: ${JSON.stringify(body)}`);
  return resources.map((resource: unknown) => (isObject(resource) ? resource[name] : undefined));
}

/** The body of a PATCH around its operations. */
export function patchOf(...operations: readonly unknown[]) {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations };
}

export const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const enterpriseUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
