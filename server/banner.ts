import type { Bootstrapped } from './directory/index.ts';

/** Where each way in listens. */
export interface Addresses {
  publicUrl: string;
  /** Undefined: turned off. */
  ldapUrl: string | undefined;
  /** DN of the first organization. */
  ldapBaseDn: string;
}

/** What the first run tells a person, once: how to sign in, and where to connect what. */
export function firstRunBanner(made: Bootstrapped, addresses: Addresses): string {
  const { publicUrl, ldapUrl, ldapBaseDn } = addresses;
  const bindDn = `cn=${made.serviceAccount},ou=services,${ldapBaseDn}`;
  const ldap =
    ldapUrl === undefined
      ? ['LDAP          turned off']
      : [
          `LDAP URL      ${ldapUrl}`,
          `Bind DN       ${bindDn}`,
          `Bind password ${made.ldapPassword}`,
          `Base DN       ${ldapBaseDn}`,
          '',
          'Try it:',
          `  ldapsearch -x -H ${ldapUrl} -D '${bindDn}' -w '${made.ldapPassword}' -b '${ldapBaseDn}' '(uid=${made.username})'`,
        ];
  return [
    '',
    `Roster is ready. This is the first run; the secrets below are shown this once.`,
    '',
    `Console       ${publicUrl}/`,
    `Organization  ${made.organization.slug}`,
    `Username      ${made.username}`,
    `Password      ${made.password}`,
    '',
    `SCIM URL      ${publicUrl}/scim/v2`,
    `SCIM token    ${made.scimToken}`,
    '',
    `API URL       ${publicUrl}/api/v1`,
    `API key       ${made.apiKey}`,
    '',
    ...ldap,
    '',
    '',
  ].join('\n');
}

/** What every later run tells: no secrets. */
export function readyLine({ publicUrl, ldapUrl }: Addresses): string {
  return `Roster is ready: ${publicUrl}/${ldapUrl === undefined ? '' : `, ${ldapUrl}`}\n`;
}
