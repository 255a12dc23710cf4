import { type Context, Hono } from 'hono';
import type { Logger } from 'pino';
import { ScimError } from '../../scim/error.ts';
import { profiles } from '../../scim/profiles.ts';
import { createScim } from '../../scim/routes/scim.ts';
import {
  type ResourceTypeDeclaration,
  settleResourceType,
} from '../../scim/schemas/resource-type.ts';
import {
  authenticateScimToken,
  type Directory,
  type DirectorySession,
  type MailTexts,
  type Origin,
} from '../directory/index.ts';
import type { ProvisioningConnection } from './connection.ts';
import { declaredStorage } from './declared-storage.ts';
import { departmentStorage } from './department-storage.ts';
import { inScimTerms } from './errors.ts';
import { groupStorage } from './group-storage.ts';
import { detailOf, pathNames } from './remembered-request.ts';
import { createRequestRate } from './request-rate.ts';
import { roleStorage } from './role-storage.ts';
import { resourceTypes } from './schemas.ts';
import { offeredEvents } from './security-events.ts';
import { createStorage } from './storage.ts';
import type { UsageRecorder } from './usage.ts';
import { userStorage } from './user-storage.ts';

export interface ProvisioningOptions {
  /** Base of every `location`. */
  publicUrl: string;
  /** Largest page. */
  maxResults: number;
  /** From where a request came, for the audit. */
  originOf?: (context: Context) => Origin;
  /** Of one token, with bursts of four times as many; 0 for no limit. */
  requestsPerSecond?: number;
  log: Logger;
  /** The words of the mails that people get. */
  mailTexts: MailTexts;
  usage: UsageRecorder;
  /** Resource types of the operator's own. */
  operatorTypes?: readonly ResourceTypeDeclaration[];
}

/** The SCIM service over the directory, to be mounted at `/scim/v2`. */
export function createProvisioning(
  directory: Directory,
  {
    publicUrl,
    maxResults,
    originOf = () => ({}),
    requestsPerSecond = 0,
    log,
    mailTexts,
    usage,
    operatorTypes = [],
  }: ProvisioningOptions,
): Hono {
  const rate =
    requestsPerSecond > 0 ? createRequestRate({ perSecond: requestsPerSecond }) : undefined;
  const types = [...resourceTypes, ...operatorTypes];
  const sessions = new WeakMap<Request, DirectorySession>();
  const scim = createScim<ProvisioningConnection>({
    resourceTypes: types,
    storage: createStorage({
      User: userStorage(directory, { publicUrl, texts: mailTexts }),
      Group: groupStorage,
      Department: departmentStorage,
      Role: roleStorage,
      ...Object.fromEntries(
        operatorTypes.map((type) => [
          type.name,
          declaredStorage(settleResourceType(type), directory),
        ]),
      ),
    }),
    authenticate: (request, context) =>
      inScimTerms(async () => {
        const authorization = request.headers.get('authorization');
        const connection = await connect(directory, usage, authorization, originOf(context));
        if (connection === undefined) return undefined;
        sessions.set(request, connection.session);
        const wait = rate?.take(connection.token) ?? 0;
        if (wait > 0) throw tooMany(wait);
        return connection;
      }),
    baseUrl: () => `${publicUrl}/scim/v2`,
    limits: { maxResults },
    service: { securityEvents: { asyncRequest: 'none', eventUris: offeredEvents } },
    onError: (error) => log.error({ err: error }, 'a SCIM request failed'),
  });
  const nameOf = pathNames(types);
  return new Hono()
    .use('*', async (c, next) => {
      await next();
      const session = sessions.get(c.req.raw);
      if (session === undefined) return;
      const { status } = c.res;
      const { method } = c.req;
      const path = nameOf(new URL(c.req.url).pathname);
      usage.requested(session, {
        at: session.now,
        method,
        path,
        status,
        detail: await detailOf(c.res),
      });
    })
    .route('/', scim);
}

function tooMany(seconds: number): ScimError {
  return new ScimError(429, 'Too many requests with this token', {
    headers: { 'Retry-After': String(seconds) },
  });
}

async function connect(
  directory: Directory,
  usage: UsageRecorder,
  authorization: string | null,
  origin: Origin,
): Promise<ProvisioningConnection | undefined> {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) return undefined;
  const connection = await authenticateScimToken(directory, token, origin);
  if (connection === undefined) return undefined;
  return {
    organization: connection.session.organization.slug,
    profile: profiles[connection.profile],
    scopes: connection.scopes,
    session: connection.session,
    token: connection.id,
    tolerated: (tolerance) => usage.tolerated(connection.session, tolerance),
  };
}
