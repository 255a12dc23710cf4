import { type Context, Hono } from 'hono';
import type { Logger } from 'pino';
import { profiles } from '../../scim/profiles.ts';
import { createScim } from '../../scim/routes/scim.ts';
import {
  type ResourceTypeDeclaration,
  settleResourceType,
} from '../../scim/schemas/resource-type.ts';
import { authenticateScimToken, type Directory, type Origin } from '../directory/index.ts';
import type { ProvisioningConnection } from './connection.ts';
import { declaredStorage } from './declared-storage.ts';
import { inScimTerms } from './errors.ts';
import { groupStorage } from './group-storage.ts';
import { resourceTypes } from './schemas.ts';
import { createStorage } from './storage.ts';
import { userStorage } from './user-storage.ts';

export interface ProvisioningOptions {
  /** Base of every `location`. */
  publicUrl: string;
  /** Largest page. */
  maxResults: number;
  /** From where a request came, for the audit. */
  originOf?: (context: Context) => Origin;
  log: Logger;
  /** Resource types of the operator's own. */
  operatorTypes?: readonly ResourceTypeDeclaration[];
}

/** The SCIM service over the directory, to be mounted at `/scim/v2`. */
export function createProvisioning(
  directory: Directory,
  { publicUrl, maxResults, originOf = () => ({}), log, operatorTypes = [] }: ProvisioningOptions,
): Hono {
  const scim = createScim<ProvisioningConnection>({
    resourceTypes: [...resourceTypes, ...operatorTypes],
    storage: createStorage({
      User: userStorage(directory),
      Group: groupStorage,
      ...Object.fromEntries(
        operatorTypes.map((type) => [
          type.name,
          declaredStorage(settleResourceType(type), directory),
        ]),
      ),
    }),
    authenticate: (request, context) =>
      inScimTerms(() =>
        connect(directory, request.headers.get('authorization'), originOf(context)),
      ),
    baseUrl: () => `${publicUrl}/scim/v2`,
    limits: { maxResults },
    onError: (error) => log.error({ err: error }, 'a SCIM request failed'),
  });
  return new Hono().route('/', scim);
}

async function connect(
  directory: Directory,
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
  };
}
