import { type Kysely, sql } from 'kysely';
import type { Directory } from './directory.ts';
import type { ScimProfile, ScimScope } from './entities/credential.ts';
import { gather } from './gather.ts';
import { keptPlan } from './kept-plan.ts';
import type { OrganizationReference } from './session.ts';

/** A SCIM token with the organization that it is of. */
export interface FoundScimToken {
  id: string;
  name: string;
  profile: ScimProfile;
  scopes: ScimScope[];
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  organization: OrganizationReference;
}

type Find = (digest: string) => Promise<FoundScimToken | undefined>;

const finds = new WeakMap<Directory, Find>();

/**
 * Finds the token of a secret's digest, also of the secret before the last rotation as long as that is
 * good. The database is asked each time, after the call, so that what was
 * revoked before is not found; requests that come at the same time ask together.
 */
export function findScimToken(
  directory: Directory,
  digest: string,
): Promise<FoundScimToken | undefined> {
  const find = finds.get(directory) ?? gather((digests) => findAll(directory, digests));
  finds.set(directory, find);
  return find(digest);
}

interface TokenRow {
  digest: string;
  id: string;
  name: string;
  profile: ScimProfile;
  scopes: ScimScope[];
  expires_at: string | null;
  last_used_at: string | null;
  organization_id: string;
  slug: string;
  organization_name: string;
}

async function findAll(
  directory: Directory,
  digests: readonly string[],
): Promise<PromiseSettledResult<FoundScimToken | undefined>[]> {
  const db: Kysely<unknown> = directory.entityManager().getKysely();
  const { rows } = await sql<TokenRow>`
    select asked.digest, t.id, t.name, t.profile, t.scopes, t.expires_at, t.last_used_at,
      t.organization_id, o.slug, o.name as organization_name
    from unnest(${[...new Set(digests)]}::text[]) as asked (digest)
    cross join lateral (
      select * from scim_token s where s.secret_hash = asked.digest
      union all
      select * from scim_token s where s.previous_secret_hash = asked.digest
        and s.previous_secret_until > ${directory.now()}
    ) as t
    join organization o on o.id = t.organization_id
    ${keptPlan}`.execute(db);
  const found = new Map(rows.map((row) => [row.digest, tokenOf(row)]));
  return digests.map((digest) => ({ status: 'fulfilled', value: found.get(digest) }));
}

function tokenOf(row: TokenRow): FoundScimToken {
  return {
    id: row.id,
    name: row.name,
    profile: row.profile,
    scopes: row.scopes,
    expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
    lastUsedAt: row.last_used_at === null ? null : new Date(row.last_used_at),
    organization: { id: row.organization_id, slug: row.slug, name: row.organization_name },
  };
}
