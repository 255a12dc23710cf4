import { sql } from 'kysely';
import type { Language } from './correspondence.ts';
import { setDefaultHeir } from './default-heir.ts';
import { acceptEmbeddingOrigins } from './embedding-origins.ts';
import { DirectoryError } from './errors.ts';
import { demandVersion, type VersionCondition } from './expected-version.ts';
import { changedFields } from './field-change.ts';
import { acceptLdapSuffix, ldapSuffixesOverlap, ldapSuffixKey } from './ldap-suffix.ts';
import { lockOrganization } from './organization-lock.ts';
import { loadOverview, type OrganizationOverview } from './organization-overview.ts';
import { type OrganizationSettings, readSettings, settingBounds } from './organization-settings.ts';
import { type DirectorySession, demand } from './session.ts';
import { type WriteSession, write } from './write.ts';

/** New values; what is left out stays. */
export interface SettingsChange {
  /** Id of an enabled member. */
  defaultHeir?: string | null | undefined;
  invitationLifetimeHours?: number | undefined;
  resetLinkLifetimeHours?: number | undefined;
  minimumPasswordLength?: number | undefined;
  embeddingOrigins?: readonly string[] | undefined;
  ldapSuffix?: string | null | undefined;
  language?: Language | undefined;
  departmentsFollowScim?: boolean | undefined;
  activationMail?: boolean | undefined;
}

// Any number that no other lock of this database takes.
const suffixLock = 7_264_106;

/**
 * Changes settings.
 *
 * @param instanceSuffix the base DN of the instance, whose tree no organization can take
 * @throws DirectoryError `invalid-value` or `unknown-reference` naming the setting, `not-unique` for an
 *   LDAP suffix that overlaps another's, `version-mismatch`
 */
export async function changeSettings(
  session: DirectorySession,
  change: SettingsChange,
  { instanceSuffix, ...condition }: { instanceSuffix: string } & VersionCondition,
): Promise<OrganizationOverview> {
  demand(session, 'organization:write');
  for (const name of Object.keys(settingBounds) as (keyof typeof settingBounds)[]) {
    demandWithinBounds(name, change[name]);
  }
  const origins =
    change.embeddingOrigins === undefined
      ? undefined
      : acceptEmbeddingOrigins(change.embeddingOrigins);
  return write(session, async (tx) => {
    demandVersion(await lockOrganization(tx), condition, 'organization');
    const before = await readSettings(tx);
    if (change.defaultHeir !== undefined) await setDefaultHeir(tx, change.defaultHeir);
    if (change.ldapSuffix !== undefined) await setLdapSuffix(tx, change.ldapSuffix, instanceSuffix);
    await sql`
      update organization set
        invitation_lifetime_hours =
          ${change.invitationLifetimeHours ?? before.invitationLifetimeHours},
        reset_link_lifetime_hours =
          ${change.resetLinkLifetimeHours ?? before.resetLinkLifetimeHours},
        minimum_password_length = ${change.minimumPasswordLength ?? before.minimumPasswordLength},
        language = ${change.language ?? before.language},
        embedding_origins = ${origins ?? before.embeddingOrigins}::text[],
        departments_follow_scim = ${change.departmentsFollowScim ?? before.departmentsFollowScim},
        activation_mail = ${change.activationMail ?? before.activationMail},
        version = version + 1
      where id = ${tx.organization.id}
    `.execute(tx.em.getKysely());
    const overview = await loadOverview(tx);
    tx.record({
      subject: 'organization',
      subjectId: tx.organization.id,
      kind: 'updated',
      action: 'settings.updated',
      fields: changedFields(inWords(before), inWords(overview.settings)),
    });
    return overview;
  });
}

function inWords({ defaultHeir, ...settings }: OrganizationSettings) {
  return { ...settings, defaultHeir: defaultHeir?.displayName };
}

function demandWithinBounds(field: keyof typeof settingBounds, value: number | undefined): void {
  const { minimum, maximum } = settingBounds[field];
  if (value === undefined) return;
  if (!Number.isInteger(value) || value < minimum || value > maximum) {
    throw new DirectoryError(
      'invalid-value',
      `${field} is a whole number from ${minimum} to ${maximum}`,
      { field },
    );
  }
}

async function setLdapSuffix(
  tx: WriteSession,
  wanted: string | null,
  instanceSuffix: string,
): Promise<void> {
  const accepted = wanted === null ? undefined : acceptLdapSuffix(wanted);
  const db = tx.em.getKysely();
  if (accepted !== undefined) {
    // No constraint sees that one suffix stands inside another.
    await sql`select pg_advisory_xact_lock(${suffixLock})`.execute(db);
    const { rows } = await sql<{ key: string }>`
      select ldap_suffix_key as key from organization
      where ldap_suffix_key is not null and id <> ${tx.organization.id}
    `.execute(db);
    const taken = [ldapSuffixKey(instanceSuffix), ...rows.map(({ key }) => key)];
    if (taken.some((key) => ldapSuffixesOverlap(key, accepted.key))) {
      throw new DirectoryError('not-unique', 'ldapSuffix: this part of the tree is taken.', {
        field: 'ldapSuffix',
      });
    }
  }
  await sql`
    update organization set ldap_suffix = ${accepted?.suffix ?? null},
      ldap_suffix_key = ${accepted?.key ?? null}
    where id = ${tx.organization.id}
  `.execute(db);
}
