import type { Directory } from '../directory/index.ts';
export async function startLdapView(_directory: Directory, _options: unknown) {
  return {
    port: 1 as number | undefined,
    close: async () => {},
    fault: () => undefined as string | undefined,
    firstOrganizationDn: () => 'o=acme,dc=directory,dc=local',
  };
}
