import { randomBytes } from 'node:crypto';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { createApiKey } from './api-keys.ts';
import type { Directory } from './directory.ts';
import type { ScimProfile } from './entities/credential.ts';
import { establish } from './found-organization.ts';
import { listOrganizations } from './organizations.ts';
import { permissions } from './permissions.ts';
import { createScimToken } from './scim-tokens.ts';
import { createServiceAccount } from './service-accounts.ts';
import type { OrganizationReference } from './session.ts';

/** What the first run makes. A secret that is not given is generated. */
export interface BootstrapSettings {
  organization: string;
  username: string;
  password?: string | undefined;
  scimToken?: string | undefined;
  scimProfile: ScimProfile;
  apiKey?: string | undefined;
  ldapPassword?: string | undefined;
}

/** The secrets of a first run, told once. */
export interface Bootstrapped {
  organization: OrganizationReference;
  username: string;
  password: string;
  scimToken: string;
  apiKey: string;
  serviceAccount: string;
  ldapPassword: string;
}

/** The name of the LDAP service account that the first run makes. */
export const bootstrapServiceAccount = 'bootstrap';

// Any number that nothing else takes as its advisory lock in this database.
const bootstrapLock = 7_264_106;

/**
 * On an empty database: makes the first organization, its initial administrator and a credential for
 * each way in. On any other it does nothing.
 *
 * @returns what was made, or undefined
 */
export async function bootstrap(
  directory: Directory,
  settings: BootstrapSettings,
): Promise<Bootstrapped | undefined> {
  const em = directory.entityManager();
  if ((await listOrganizations(em)).length > 0) return undefined;
  const password = settings.password ?? randomBytes(12).toString('base64url');
  const passwordHash = await directory.passwords.hash(password);
  // In one transaction: a first run that was killed has not happened.
  const made = await em.transactional(async (tx) => {
    // Nodes that start together on one database take turns.
    await tx.execute(`select pg_advisory_xact_lock(${bootstrapLock})`);
    if ((await listOrganizations(tx)).length > 0) return undefined;
    return make(directory, tx, settings, passwordHash);
  });
  if (made === undefined) return undefined;
  directory.announce();
  return { ...made, username: settings.username, password };
}

async function make(
  directory: Directory,
  em: SqlEntityManager,
  settings: BootstrapSettings,
  passwordHash: string,
): Promise<Omit<Bootstrapped, 'username' | 'password'>> {
  const { session, organization } = await establish(em, {
    name: settings.organization,
    now: directory.now(),
    administrator: { username: settings.username, profile: {}, passwordHash },
  });
  const name = 'First run';
  const scim = await createScimToken(session, {
    name,
    profile: settings.scimProfile,
    secret: settings.scimToken,
  });
  const apiKey = await createApiKey(session, { name, permissions, secret: settings.apiKey });
  const ldap = await createServiceAccount(session, directory, {
    name: bootstrapServiceAccount,
    secret: settings.ldapPassword,
  });
  return {
    organization,
    scimToken: scim.secret,
    apiKey: apiKey.secret,
    serviceAccount: bootstrapServiceAccount,
    ldapPassword: ldap.secret,
  };
}
