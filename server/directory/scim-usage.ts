import type { SqlEntityManager } from '@mikro-orm/sql';
import { sql } from 'kysely';
import { DirectoryError } from './errors.ts';
import { isUuid } from './filter-sql.ts';
import { type DirectorySession, demand } from './session.ts';

/** A request as it is remembered: without ids, queries and bodies, which can name people. */
export interface RememberedRequest {
  at: Date;
  method: string;
  path: string;
  status: number;
  /** What an error said. */
  detail: string | null;
}

/** What a SCIM connection leans on, and what became of its last requests. */
export interface ScimUsage {
  /** The tolerance that was used last comes first. */
  tolerances: { tolerance: string; uses: number; lastUsedAt: Date }[];
  lastRequest: RememberedRequest | null;
  lastFailure: RememberedRequest | null;
}

/** @throws DirectoryError `not-found` */
export async function scimUsage(session: DirectorySession, token: string): Promise<ScimUsage> {
  demand(session, 'tokens:read');
  const organization = session.organization.id;
  const db = session.em.getKysely();
  const { rows: found } = isUuid(token)
    ? await sql`select from scim_token where organization_id = ${organization} and id = ${token}`.execute(
        db,
      )
    : { rows: [] };
  if (found.length === 0) throw new DirectoryError('not-found', 'There is no such token.');
  const tolerances = await sql<{ tolerance: string; uses: number; last_used_at: string }>`
    select tolerance, uses, last_used_at from scim_tolerance_use
    where organization_id = ${organization} and token_id = ${token}
    order by last_used_at desc, tolerance
  `.execute(db);
  const requests = await sql<Omit<RememberedRequest, 'at'> & { at: string; failed: boolean }>`
    select failed, at, method, path, status, detail from scim_request
    where organization_id = ${organization} and token_id = ${token}
    order by at desc, failed desc
  `.execute(db);
  const [last, failure] = [requests.rows[0], requests.rows.find(({ failed }) => failed)].map(
    (row) =>
      row === undefined
        ? null
        : {
            at: new Date(row.at),
            method: row.method,
            path: row.path,
            status: row.status,
            detail: row.detail,
          },
  );
  return {
    tolerances: tolerances.rows.map((row) => ({
      tolerance: row.tolerance,
      uses: row.uses,
      lastUsedAt: new Date(row.last_used_at),
    })),
    lastRequest: last ?? null,
    lastFailure: failure ?? null,
  };
}

/** What one connection did since it was last recorded. */
export interface ScimUsageRecord {
  organizationId: string;
  tokenId: string;
  tolerances: { tolerance: string; uses: number; lastUsedAt: Date }[];
  requests: RememberedRequest[];
}

/** Adds to what is known of connections, all at once; those that are gone meanwhile are passed over. */
export async function recordScimUsage(
  em: SqlEntityManager,
  records: readonly ScimUsageRecord[],
): Promise<void> {
  const tolerances = records.flatMap(({ organizationId, tokenId, tolerances: used }) =>
    used.map((use) => ({
      organization_id: organizationId,
      token_id: tokenId,
      tolerance: use.tolerance,
      uses: use.uses,
      last_used_at: use.lastUsedAt,
    })),
  );
  const requests = records.flatMap(({ organizationId, tokenId, requests: made }) =>
    made.map((request) => ({
      ...request,
      organization_id: organizationId,
      token_id: tokenId,
      failed: request.status >= 400,
    })),
  );
  await em.fork().transactional(async (tx) => {
    const db = tx.getKysely();
    // In the order of their keys, so that two nodes cannot wait for each other.
    await sql`
      insert into scim_tolerance_use (organization_id, token_id, tolerance, uses, last_used_at)
      select u.organization_id, u.token_id, u.tolerance, u.uses, u.last_used_at
      from jsonb_to_recordset(${JSON.stringify(tolerances)}::jsonb) as u
        (organization_id uuid, token_id uuid, tolerance text, uses int, last_used_at timestamptz)
      join scim_token t on t.organization_id = u.organization_id and t.id = u.token_id
      order by 1, 2, 3
      on conflict (organization_id, token_id, tolerance) do update set
        uses = scim_tolerance_use.uses + excluded.uses,
        last_used_at = greatest(scim_tolerance_use.last_used_at, excluded.last_used_at)
    `.execute(db);
    await sql`
      insert into scim_request (organization_id, token_id, failed, at, method, path, status, detail)
      select r.organization_id, r.token_id, r.failed, r.at, r.method, r.path, r.status, r.detail
      from jsonb_to_recordset(${JSON.stringify(requests)}::jsonb) as r
        (organization_id uuid, token_id uuid, failed boolean, at timestamptz, method text, path text,
          status int, detail text)
      join scim_token t on t.organization_id = r.organization_id and t.id = r.token_id
      order by 1, 2, 3
      on conflict (organization_id, token_id, failed) do update set
        at = excluded.at, method = excluded.method, path = excluded.path, status = excluded.status,
        detail = excluded.detail
      where excluded.at >= scim_request.at
    `.execute(db);
  });
}
