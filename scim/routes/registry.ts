import type { ResourceTypeDeclaration } from '../schemas/resource-type.ts';
import { type ResourceType, settleResourceType } from '../schemas/resource-type.ts';

/** The resource types that are served, found by their names as references name them. */
export interface Registry {
  readonly types: readonly ResourceType[];
  byName(name: string): ResourceType | undefined;
  byEndpoint(endpoint: string): ResourceType | undefined;
}

const reservedEndpoints = ['/me', '/bulk', '/schemas', '/resourcetypes', '/serviceproviderconfig'];

/** @throws TypeError when declarations contradict themselves or each other: the host's mistake. */
export function settleRegistry(declarations: readonly ResourceTypeDeclaration[]): Registry {
  const types = declarations.map(settleResourceType);
  const names = new Map<string, ResourceType>();
  const endpoints = new Map<string, ResourceType>();
  for (const type of types) {
    const [name, endpoint] = [type.name.toLowerCase(), type.endpoint.toLowerCase()];
    if (names.has(name) || endpoints.has(endpoint) || reservedEndpoints.includes(endpoint)) {
      throw new TypeError(`The resource type ${type.name} at ${type.endpoint} is taken`);
    }
    names.set(name, type);
    endpoints.set(endpoint, type);
  }
  return {
    types,
    byName: (name) => names.get(name.toLowerCase()),
    byEndpoint: (endpoint) => endpoints.get(endpoint.toLowerCase()),
  };
}
