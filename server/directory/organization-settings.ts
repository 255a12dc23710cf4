import { sql } from 'kysely';
import type { Language } from './correspondence.ts';
import { DirectoryError } from './errors.ts';
import type { DirectorySession } from './session.ts';

const hourMs = 60 * 60_000;

/** What an organization sets for itself. */
export interface OrganizationSettings {
  /** Who takes over what removed members held; null: the initial administrator. */
  defaultHeir: { id: string; displayName: string } | null;
  invitationLifetimeHours: number;
  resetLinkLifetimeHours: number;
  /** Shortest password that a person may choose, in characters. */
  minimumPasswordLength: number;
  /** Pages of these origins may embed the components. */
  embeddingOrigins: string[];
  /** Of the mails to its people, where nobody says another. */
  language: Language;
  /** The organization's own DN; null: below the base DN of the instance. */
  ldapSuffix: string | null;
  /** A member's primary department is the one that the identity provider names. */
  departmentsFollowScim: boolean;
  /** Who is provisioned without a password is mailed a link to choose one. */
  activationMail: boolean;
}

/** The smallest and the largest value of each number. */
export const settingBounds = {
  invitationLifetimeHours: { minimum: 1, maximum: 30 * 24 },
  resetLinkLifetimeHours: { minimum: 1, maximum: 7 * 24 },
  minimumPasswordLength: { minimum: 8, maximum: 128 },
} as const;

interface SettingsRow {
  heir_id: string | null;
  heir_name: string | null;
  invitation_lifetime_hours: number;
  reset_link_lifetime_hours: number;
  minimum_password_length: number;
  embedding_origins: string[];
  language: Language;
  ldap_suffix: string | null;
  departments_follow_scim: boolean;
  activation_mail: boolean;
}

/** The settings, for whoever acts for the organization: their use needs no permission. */
export async function readSettings(
  session: Pick<DirectorySession, 'organization' | 'em'>,
): Promise<OrganizationSettings> {
  const { rows } = await sql<SettingsRow>`
    select o.invitation_lifetime_hours, o.reset_link_lifetime_hours, o.minimum_password_length,
      o.embedding_origins, o.language, o.ldap_suffix, o.departments_follow_scim, o.activation_mail,
      m.id as heir_id, m.display_name as heir_name
    from organization o
    left join member m on m.organization_id = o.id and m.default_heir
    where o.id = ${session.organization.id}
  `.execute(session.em.getKysely());
  const [row] = rows;
  if (row === undefined) throw new DirectoryError('not-found', 'There is no such organization.');
  return {
    defaultHeir:
      row.heir_id === null ? null : { id: row.heir_id, displayName: row.heir_name ?? '' },
    invitationLifetimeHours: row.invitation_lifetime_hours,
    resetLinkLifetimeHours: row.reset_link_lifetime_hours,
    minimumPasswordLength: row.minimum_password_length,
    embeddingOrigins: row.embedding_origins,
    language: row.language,
    ldapSuffix: row.ldap_suffix,
    departmentsFollowScim: row.departments_follow_scim,
    activationMail: row.activation_mail,
  };
}

/** When a link that is made now ends, by the organization's setting. */
export async function linkExpiry(
  session: DirectorySession,
  kind: 'invitation' | 'resetLink',
): Promise<Date> {
  const settings = await readSettings(session);
  return new Date(session.now.getTime() + settings[`${kind}LifetimeHours`] * hourMs);
}
