import { ScimError } from '../error.ts';
import type { EventUri } from '../events/event-uris.ts';
import type { ScimLimits } from '../limits.ts';
import {
  presentAttribute,
  type SchemaDeclaration,
  settleAttributes,
} from '../schemas/attribute.ts';
import type { ResourceType } from '../schemas/resource-type.ts';
import type { Answer } from './exchange.ts';
import type { Registry } from './registry.ts';
import { listUrn } from './search.ts';

const coreUrn = 'urn:ietf:params:scim:schemas:core:2.0';

/** An authentication scheme as it is advertised (RFC 7643 section 5). */
export interface AuthenticationScheme {
  readonly type: 'oauth' | 'oauth2' | 'oauthbearertoken' | 'httpbasic' | 'httpdigest';
  readonly name: string;
  readonly description: string;
  readonly specUri?: string;
  readonly documentationUri?: string;
  readonly primary?: boolean;
}

/** What the host says of its service beyond what the library knows itself. */
export interface ServiceDescription {
  readonly documentationUri?: string;
  readonly authenticationSchemes?: readonly AuthenticationScheme[];
  /** Whether users change their own password over SCIM. */
  readonly changePassword?: boolean;
  /** The security events that the host sends (RFC 9967 section 4); left out for none. */
  readonly securityEvents?: {
    readonly asyncRequest: 'none' | 'long' | 'request';
    readonly eventUris: readonly EventUri[];
  };
}

const bearer: AuthenticationScheme = {
  type: 'oauthbearertoken',
  name: 'Bearer token',
  description: 'A token in the Authorization header (RFC 6750).',
  specUri: 'https://www.rfc-editor.org/rfc/rfc6750',
  primary: true,
};

/** RFC 7643 section 5, with the pagination of RFC 9865 and the events of RFC 9967, sections 4. */
export function serviceProviderConfig(
  base: string,
  limits: ScimLimits,
  { cursors, interop }: { readonly cursors: boolean; readonly interop: boolean },
  description: ServiceDescription,
): Answer {
  const { documentationUri, authenticationSchemes = [bearer], securityEvents } = description;
  return {
    status: 200,
    body: {
      schemas: [`${coreUrn}:ServiceProviderConfig`],
      ...(documentationUri === undefined ? {} : { documentationUri }),
      patch: { supported: true },
      bulk: {
        supported: true,
        maxOperations: limits.bulkOperations,
        maxPayloadSize: limits.largeBodyBytes,
      },
      filter: { supported: true, maxResults: limits.maxResults },
      changePassword: { supported: description.changePassword ?? true },
      sort: { supported: true },
      etag: { supported: true },
      pagination: {
        cursor: cursors,
        index: true,
        defaultPaginationMethod: 'index',
        defaultPageSize: limits.defaultResults,
        maxPageSize: limits.maxResults,
      },
      authenticationSchemes,
      ...(securityEvents === undefined ? {} : { securityEvents }),
      // draft-zollner-scim-interop-profile; other connections may be served otherwise.
      ...(interop ? { interopProfileConformant: true } : {}),
      meta: {
        resourceType: 'ServiceProviderConfig',
        location: `${base}/ServiceProviderConfig`,
      },
    },
  };
}

/** RFC 7643 section 6. */
export function presentResourceType(type: ResourceType, base: string): unknown {
  return {
    schemas: [`${coreUrn}:ResourceType`],
    id: type.name,
    name: type.name,
    endpoint: type.endpoint,
    description: type.description,
    schema: type.schema.id,
    schemaExtensions: [...type.extensions.values()].map(({ urn, required }) => ({
      schema: urn,
      required,
    })),
    meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${type.name}` },
  };
}

/** RFC 7643 section 7. */
export function presentSchema(schema: SchemaDeclaration, base: string): unknown {
  const attributes = settleAttributes(schema.attributes, schema.id);
  return {
    schemas: [`${coreUrn}:Schema`],
    id: schema.id,
    name: schema.name,
    description: schema.description ?? '',
    attributes: [...attributes.values()].map(presentAttribute),
    meta: { resourceType: 'Schema', location: `${base}/Schemas/${schema.id}` },
  };
}

/** The schemas of all resource types, each once. */
export function schemasOf({ types }: Registry): readonly SchemaDeclaration[] {
  const schemas = types.flatMap((type) => type.schemas);
  return [...new Map(schemas.map((schema) => [schema.id.toLowerCase(), schema])).values()];
}

/** All of a discovery endpoint on one page: sorting and paging do not apply (RFC 7644 section 4). */
export function discoveryList(resources: readonly unknown[]): Answer {
  return {
    status: 200,
    body: {
      schemas: [listUrn],
      totalResults: resources.length,
      startIndex: 1,
      itemsPerPage: resources.length,
      Resources: resources,
    },
  };
}

/** @throws ScimError 403: a filter could hide what the service can do (RFC 7644 section 4). */
export function refuseFilter(parameters: URLSearchParams): void {
  if (parameters.has('filter')) {
    throw new ScimError(403, 'Discovery endpoints take no filter');
  }
}
