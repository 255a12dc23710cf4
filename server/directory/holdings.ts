import { sql } from 'kysely';
import { changedFields } from './field-change.ts';
import type { DirectorySession } from './session.ts';
import type { WriteSession } from './write.ts';

const namesTold = 10;

/** Things of one kind that a member holds. */
export interface HeldThings {
  count: number;
  /** Of the first few. */
  names: string[];
}

/** What a member holds, and an heir takes over when it is removed. */
export interface Holdings {
  directReports: HeldThings;
  /** Invitations that the member made and that wait for an answer. */
  invitations: HeldThings;
  apiKeys: HeldThings;
  serviceAccounts: HeldThings;
}

export async function holdingsOf(session: DirectorySession, member: string): Promise<Holdings> {
  const organization = session.organization.id;
  const { rows } = await sql<{ kind: keyof Holdings; count: number; names: string[] }>`
    with held (kind, name, at) as (
      select 'directReports', display_name, created_at from member
        where organization_id = ${organization} and manager_id = ${member}
      union all
      select 'invitations', m.display_name, i.created_at
        from invitation i join member m
          on m.organization_id = i.organization_id and m.id = i.member_id
        where i.organization_id = ${organization} and i.inviter_id = ${member}
          and i.state = 'pending' and i.expires_at > ${session.now}
      union all
      select 'apiKeys', name, created_at from api_key
        where organization_id = ${organization} and creator_id = ${member}
      union all
      select 'serviceAccounts', name, created_at from ldap_service_account
        where organization_id = ${organization} and creator_id = ${member}
    )
    select kind, count(*)::int as count,
      (array_agg(name order by at, name))[1:${sql.lit(namesTold)}] as names
    from held group by kind
  `.execute(session.em.getKysely());
  const of = (kind: keyof Holdings): HeldThings => {
    const row = rows.find((one) => one.kind === kind);
    return { count: row?.count ?? 0, names: row?.names ?? [] };
  };
  return {
    directReports: of('directReports'),
    invitations: of('invitations'),
    apiKeys: of('apiKeys'),
    serviceAccounts: of('serviceAccounts'),
  };
}

/**
 * Gives all that a member holds to another; without an heir it is nobody's. The heir does not become
 * their own manager.
 */
export async function handOver(
  tx: WriteSession,
  { id: member, name }: { id: string; name: string },
  heir: { id: string; name: string } | null,
): Promise<void> {
  const organization = tx.organization.id;
  const heirId = heir?.id ?? null;
  const db = tx.em.getKysely();
  const reports = await sql<{ id: string; name: string }>`
    update member
    set manager_id = nullif(${heirId}::uuid, id), version = version + 1, updated_at = ${tx.now}
    where organization_id = ${organization} and manager_id = ${member}
    returning id, display_name as name
  `.execute(db);
  for (const report of reports.rows) {
    const next = report.id === heirId ? null : heir?.name;
    tx.record({
      subject: 'member',
      subjectId: report.id,
      kind: 'updated',
      name: report.name,
      fields: changedFields({ manager: name }, { manager: next }),
    });
  }
  // What was answered stays told by name; only what still waits needs somebody.
  await sql`
    update invitation set inviter_id = case when state = 'pending' then ${heirId}::uuid end
    where organization_id = ${organization} and inviter_id = ${member}
  `.execute(db);
  await sql`
    update api_key set creator_id = ${heirId}::uuid
    where organization_id = ${organization} and creator_id = ${member}
  `.execute(db);
  await sql`
    update ldap_service_account set creator_id = ${heirId}::uuid
    where organization_id = ${organization} and creator_id = ${member}
  `.execute(db);
}
