import type { ResourceTypeDeclaration } from '../../scim/schemas/resource-type.ts';

const fixed = ['Bulk', 'Me', 'ResourceTypes', 'Schemas', 'ServiceProviderConfig', '.search'];

/** Takes everything out of a path but what SCIM itself calls its parts: ids and slugs can name people. */
export function pathNames(types: readonly ResourceTypeDeclaration[]): (path: string) => string {
  const names = new Set([...fixed, ...types.map(({ endpoint }) => endpoint.slice(1))]);
  return (path) => {
    const parts = path
      .replace(/^\/scim\/v2(?=\/|$)/, '')
      .split('/')
      .filter(Boolean)
      .slice(0, 4);
    return `/${parts.map((part) => (names.has(part) ? part : '{id}')).join('/')}`;
  };
}

/** What a refusal tells; null for everything else. */
export async function detailOf(response: Response): Promise<string | null> {
  if (response.status < 400) return null;
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  const detail = typeof body === 'object' && body !== null && 'detail' in body ? body.detail : null;
  return typeof detail === 'string' ? detail : null;
}
