import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { lockMember } from './change-member.ts';
import { ownerOf } from './credential.ts';
import type { Directory } from './directory.ts';
import { acceptOrigin } from './embedding-origins.ts';
import { ApiKey } from './entities/credential.ts';
import { Member } from './entities/member.ts';
import { WidgetToken } from './entities/widget-token.ts';
import { DirectoryError } from './errors.ts';
import { isUuid } from './filter-sql.ts';
import { identifierKey } from './identifier-key.ts';
import { readSettings } from './organization-settings.ts';
import { type Permission, permissions } from './permissions.ts';
import { generateSecret, secretDigest } from './secret.ts';
import { type DirectorySession, type Origin, sessionFor } from './session.ts';
import { permissionsOfMember, type SignedIn } from './sign-in-session.ts';
import { isStorable } from './text.ts';
import { type WriteSession, write } from './write.ts';

export const widgetLifetimeSeconds = { minimum: 30, standard: 600, maximum: 900 };

/** A token that was just minted. */
export interface MintedWidgetToken {
  /** Told this once. */
  token: string;
  member: { id: string; name: string };
  permissions: Permission[];
  expiresAt: Date;
}

/**
 * Mints a token for a member of a product whose back end has an API key. It can do what was asked for, as
 * far as both the member and the key can.
 *
 * @param member id or username
 * @param wanted without it, all that is possible
 * @param origin of the page that embeds the component, among the organization's own
 * @param lifetimeSeconds within `widgetLifetimeSeconds`
 * @throws DirectoryError `forbidden` for whoever is no API key; `unknown-reference` for the member;
 *   `conflict` for one who is not enabled; `invalid-value`
 */
export async function mintWidgetToken(
  session: DirectorySession,
  {
    member: named,
    permissions: wanted = permissions,
    origin: page,
    lifetimeSeconds = widgetLifetimeSeconds.standard,
  }: {
    member: string;
    permissions?: readonly Permission[] | undefined;
    origin: string;
    lifetimeSeconds?: number | undefined;
  },
): Promise<MintedWidgetToken> {
  const { kind, id: apiKey } = session.actor;
  if (kind !== 'api-key' || apiKey === undefined) {
    throw new DirectoryError('forbidden', 'Only an API key mints widget tokens.');
  }
  const origin = await acceptPage(session, page);
  const lifetime = acceptLifetime(lifetimeSeconds);
  const token = generateSecret('rk_widget_');
  return write(session, async (tx) => {
    const { id, status, displayName: name } = await lockMember(tx, await memberNamed(tx, named));
    if (status !== 'enabled') throw new DirectoryError('conflict', 'The member is not enabled.');
    await keepKey(tx, apiKey);
    const held = await permissionsOfMember(tx.em, tx.organization.id, id);
    const granted = permissions.filter(
      (permission) =>
        wanted.includes(permission) && held.includes(permission) && tx.permissions.has(permission),
    );
    const expiresAt = new Date(tx.now.getTime() + lifetime * 1000);
    const minted = tx.em.create(WidgetToken, {
      organization: ownerOf(tx),
      id: uuidv7(),
      member: tx.em.getReference(Member, [tx.organization.id, id]),
      apiKey: tx.em.getReference(ApiKey, [tx.organization.id, apiKey]),
      secretHash: secretDigest(token),
      permissions: granted,
      origin,
      createdAt: tx.now,
      expiresAt,
    });
    tx.note({
      subject: 'widget-token',
      subjectId: minted.id,
      action: 'widget-token.minted',
      name,
    });
    return { token, member: { id, name }, permissions: granted, expiresAt };
  });
}

async function acceptPage(session: DirectorySession, page: string): Promise<string> {
  const field = 'origin';
  const origin = acceptOrigin(page, field);
  const { embeddingOrigins } = await readSettings(session);
  if (embeddingOrigins.includes(origin)) return origin;
  throw new DirectoryError('invalid-value', `${field}: the organization does not list ${origin}`, {
    field,
  });
}

function acceptLifetime(seconds: number): number {
  const { minimum, maximum } = widgetLifetimeSeconds;
  if (seconds >= minimum && seconds <= maximum) return seconds;
  const field = 'lifetimeSeconds';
  throw new DirectoryError('invalid-value', `${field} is from ${minimum} to ${maximum}`, { field });
}

async function memberNamed(tx: WriteSession, named: string): Promise<string> {
  const condition = isUuid(named)
    ? sql`id = ${named}`
    : sql`username_key = ${isStorable(named) ? identifierKey(named) : null}`;
  const { rows } = await sql<{ id: string }>`
    select id from member where organization_id = ${tx.organization.id} and ${condition}
  `.execute(tx.em.getKysely());
  if (rows[0] !== undefined) return rows[0].id;
  throw new DirectoryError('unknown-reference', 'There is no such member.', { field: 'member' });
}

/** A key that is being deleted mints nothing. */
async function keepKey(tx: WriteSession, id: string): Promise<void> {
  const { rows } = await sql`
    select 1 from api_key where organization_id = ${tx.organization.id} and id = ${id} for key share
  `.execute(tx.em.getKysely());
  if (rows.length === 0) throw new DirectoryError('forbidden', 'The API key was just deleted.');
}

/**
 * The member behind a widget token, with what both may do now; undefined for a token that is unknown or
 * over, from another page than it was minted for, or whose member, key or origin is not good any more.
 *
 * @param page the asking page's origin, as the browser says it
 */
export async function authenticateWidgetToken(
  directory: Directory,
  { token, page }: { token: string; page: string | undefined },
  origin?: Origin,
): Promise<Pick<SignedIn, 'session' | 'member' | 'expiresAt'> | undefined> {
  if (page === undefined) return undefined;
  const em = directory.entityManager();
  const now = directory.now();
  const { rows } = await sql<{
    permissions: Permission[];
    expires_at: string;
    organization_id: string;
    slug: string;
    organization_name: string;
    member_id: string;
    display_name: string;
    username: string | null;
  }>`
    select w.permissions, w.expires_at, o.id as organization_id, o.slug,
      o.name as organization_name, m.id as member_id, m.display_name, m.username
    from widget_token w
    join organization o on o.id = w.organization_id and w.origin = any(o.embedding_origins)
    join member m on m.organization_id = w.organization_id and m.id = w.member_id
      and m.status = 'enabled'
    join api_key k on k.organization_id = w.organization_id and k.id = w.api_key_id
      and (k.expires_at is null or k.expires_at > ${now})
    where w.secret_hash = ${secretDigest(token)} and w.expires_at > ${now} and w.origin = ${page}
  `.execute(em.getKysely());
  const [row] = rows;
  if (row === undefined) return undefined;
  const { member_id: id, display_name: name } = row;
  const held = await permissionsOfMember(em, row.organization_id, id);
  return {
    session: sessionFor(
      directory,
      { id: row.organization_id, slug: row.slug, name: row.organization_name },
      { kind: 'member', id, name },
      row.permissions.filter((permission) => held.includes(permission)),
      origin,
    ),
    member: { id, name, username: row.username },
    expiresAt: new Date(row.expires_at),
  };
}

/** Whether any organization lets pages of this origin embed the components. */
export async function isEmbeddingOrigin(directory: Directory, origin: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from organization where embedding_origins @> array[${origin}]::text[] limit 1
  `.execute(directory.entityManager().getKysely());
  return rows.length > 0;
}
