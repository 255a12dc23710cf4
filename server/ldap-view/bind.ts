import type { BindAttempt, BindOutcome } from '../../ldap/directory.ts';
import { normalizeDn } from '../../ldap/dn/normalize-dn.ts';
import { parseDn } from '../../ldap/dn/parse-dn.ts';
import type { Schema } from '../../ldap/schema/schema.ts';
import type { StoredEntry } from '../../ldap/store/stored-entry.ts';
import {
  type Directory,
  DirectoryError,
  type OrganizationReference,
  unavailable,
  verifyAppPassword,
  verifyMember,
  verifyServiceAccount,
} from '../directory/index.ts';
import type { BoundCredential } from './ended-credentials.ts';
import type { ReadModel } from './read-model.ts';

/** Who has bound; it leads to one organization and to no other. */
export interface LdapIdentity {
  readonly organization: string;
  readonly kind: 'member' | 'service';
  /** entryUUID of its own entry. */
  readonly id: string;
  readonly credential: BoundCredential;
  /** Its entry at the bind; another one means that it left in between. */
  readonly entry: StoredEntry | undefined;
}

const refused = { kind: 'refused', reason: 'invalid-credentials' } as const;

/**
 * Binds a member or a service account by DN. The read model only tells which organization a suffix
 * belongs to: status and password are the database's, so that a member who was disabled a moment ago is
 * refused.
 *
 * @param caughtUp resolves when the read model shows everything committed before the call
 */
export async function bind(
  directory: Directory,
  model: ReadModel,
  schema: Schema,
  { name, password, connection }: BindAttempt,
  caughtUp: () => Promise<void>,
): Promise<BindOutcome<LdapIdentity>> {
  const secret = Buffer.from(password).toString('utf8');
  const target = readTarget(model, schema, name);
  const accept = async (who: Omit<LdapIdentity, 'entry'>): Promise<BindOutcome<LdapIdentity>> => {
    const find = () => model.tree(who.organization)?.store.entryByUuid(who.id);
    // Who was made a moment ago may be ahead of the change feed.
    if (find() === undefined) await caughtUp();
    const entry = find();
    const dn = entry && model.tree(who.organization)?.store.dnOf(entry);
    return { kind: 'accepted', dn: dn ?? name, identity: { ...who, entry } };
  };
  try {
    if (target?.container === 'services') {
      const { organization } = target;
      const id = await verifyServiceAccount(directory, {
        organization: organization.id,
        name: target.name,
        secret,
        address: connection.address,
      });
      return await accept({
        organization: organization.id,
        kind: 'service',
        id,
        credential: { kind: 'service-account' },
      });
    }
    const appPassword =
      target &&
      (await verifyAppPassword(directory, {
        organization: target.organization.id,
        username: target.name,
        password: secret,
      }));
    if (appPassword !== undefined) {
      return await accept({
        organization: target?.organization.id ?? '',
        kind: 'member',
        id: appPassword.member,
        credential: { kind: 'app-password', id: appPassword.id },
      });
    }
    // A name that leads nowhere costs what a wrong password costs.
    const { organization, member, account } = await verifyMember(directory, {
      organization: target?.organization.slug ?? '',
      username: target?.name ?? name,
      password: secret,
      address: connection.address,
    });
    return await accept({
      organization: organization.id,
      kind: 'member',
      id: member.id,
      credential: {
        kind: 'password',
        account: account.id,
        changedAt: account.passwordChangedAt ?? null,
      },
    });
  } catch (failure) {
    const error = failure instanceof DirectoryError ? failure : unavailable(failure);
    if (error === undefined) throw failure;
    return refusalOf(error);
  }
}

function refusalOf({ code }: DirectoryError): BindOutcome<LdapIdentity> {
  switch (code) {
    case 'unavailable':
      return { kind: 'refused', reason: 'unavailable' };
    case 'slow-down':
      return { kind: 'refused', reason: 'too-many-attempts' };
    // Only who knows the password hears of it.
    case 'password-change-required':
    case 'password-expired':
      return { kind: 'refused', reason: 'must-change-password' };
    default:
      return refused;
  }
}

interface Target {
  organization: OrganizationReference;
  container: 'people' | 'services';
  /** Username, or name of the service account. */
  name: string;
}

const namingAttribute = { people: 'uid', services: 'cn' } as const;

// `uid=…,ou=people,<suffix>` or `cn=…,ou=services,<suffix>`.
function readTarget(model: ReadModel, schema: Schema, text: string): Target | undefined {
  const dn = parseDn(text);
  const [rdn, above, ...suffix] = dn ?? [];
  if (dn === undefined || rdn === undefined || above === undefined) return undefined;
  const organization = model.organizationOfSuffix(normalizeDn(suffix, schema));
  const [{ type, value: unit = '' } = { type: '' }, more] = above;
  const container = unit.trim().toLowerCase();
  if (organization === undefined || more !== undefined || schema.attributeKey(type) !== 'ou') {
    return undefined;
  }
  if (container !== 'people' && container !== 'services') return undefined;
  // An entry whose name another one has carries its id beside the name.
  const name = rdn.find((ava) => schema.attributeKey(ava.type) === namingAttribute[container]);
  return name && { organization, container, name: name.value };
}
