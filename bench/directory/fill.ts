import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { type DirectorySession, identifierKey } from '../../server/directory/index.ts';
import { type Chance, person, pick, seeded } from './people.ts';

const departmentCount = 2_000;
const roleCount = 20;
const groupCount = 200;
const batch = 5_000;
const day = 24 * 60 * 60_000;

/** Where things are in the organization that was filled. */
export interface Filled {
  root: string;
  /** Below the root, with about a twelfth of all departments under it. */
  branch: string;
  /** A department without any below it. */
  leaf: string;
  /** The built-in role of those who administer nothing. */
  role: string;
}

interface Rows {
  members: unknown[];
  accounts: unknown[];
  departments: unknown[];
  roles: unknown[];
  invitations: unknown[];
  groups: unknown[];
}

/**
 * Fills an organization that was just made: a tree of 2,000 departments, members of one or more of them
 * with one or more roles, of every status, their invitations, groups and changes.
 */
export async function fill(session: DirectorySession, count: number): Promise<Filled> {
  const chance = seeded(2026);
  const departments = await fillDepartments(session, chance);
  const roles = await fillRoles(session);
  const groups = await fillGroups(session);
  const made: string[] = [];
  for (let from = 0; from < count; from += batch) {
    const rows: Rows = {
      members: [],
      accounts: [],
      departments: [],
      roles: [],
      invitations: [],
      groups: [],
    };
    for (let number = from; number < Math.min(from + batch, count); number++) {
      addPerson(rows, { number, chance, departments, roles, groups, made, session });
    }
    await insert(session, rows);
  }
  const db = session.em.getKysely();
  await sql`insert into change (organization_id, subject, subject_id, kind, actor, at)
    select organization_id, 'member', id, 'created', created_by, created_at from member`.execute(
    db,
  );
  await sql`vacuum analyze`.execute(db);
  return {
    root: departments[0] ?? '',
    branch: departments[1] ?? '',
    leaf: departments.at(-1) ?? '',
    role: roles[0] ?? '',
  };
}

async function fillDepartments(session: DirectorySession, chance: Chance): Promise<string[]> {
  const db = session.em.getKysely();
  const organization = session.organization.id;
  const { rows } = await sql<{ id: string }>`
    select id from department where organization_id = ${organization}`.execute(db);
  const ids = [rows[0]?.id ?? ''];
  const nodes = [];
  for (let number = 1; number < departmentCount; number++) {
    const id = uuidv7();
    // The first twelve stand below the root; of the others, each below any earlier one but the last.
    const place = number <= 12 ? 0 : 1 + Math.floor(chance() * Math.min(number - 1, 600));
    nodes.push({ id, parent_id: ids[place], name: `Department ${number}`, position: number });
    ids.push(id);
  }
  await sql`
    insert into department (organization_id, id, parent_id, name, name_key, position, created_at, updated_at)
    select ${organization}::uuid, id, parent_id, name, lower(name), position, now(), now()
    from jsonb_to_recordset(${JSON.stringify(nodes)}::jsonb)
      as x (id uuid, parent_id uuid, name text, position int)
  `.execute(db);
  return ids;
}

/** The built-in role Member first. */
async function fillRoles(session: DirectorySession): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with made as (
      insert into role (organization_id, id, name, name_key, permissions, created_at, updated_at)
      select ${session.organization.id}::uuid, gen_random_uuid(), 'Role ' || n, 'role ' || n,
        '{members:read,departments:read}', now(), now()
      from generate_series(1, ${roleCount}::int) n
      returning id
    )
    select id from role
    where organization_id = ${session.organization.id} and built_in = 'member'
    union all select id from made
  `.execute(session.em.getKysely());
  return rows.map(({ id }) => id);
}

async function fillGroups(session: DirectorySession): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    insert into directory_group
      (organization_id, id, display_name, display_name_key, created_at, updated_at)
    select ${session.organization.id}::uuid, gen_random_uuid(), 'Group ' || n, 'group ' || n, now(), now()
    from generate_series(1, ${groupCount}::int) n
    returning id
  `.execute(session.em.getKysely());
  return rows.map(({ id }) => id);
}

function addPerson(
  rows: Rows,
  {
    number,
    chance,
    departments,
    roles,
    groups,
    made,
    session,
  }: {
    number: number;
    chance: Chance;
    departments: string[];
    roles: string[];
    groups: string[];
    made: string[];
    session: DirectorySession;
  },
): void {
  const id = uuidv7();
  const { name, login } = person(chance);
  const kind = chance();
  const status = kind < 0.92 ? 'enabled' : kind < 0.95 ? 'disabled' : 'pending';
  const username = `${login}${number}`;
  const email = chance() < 0.95 ? `${username}@acme.example` : null;
  const account = status === 'pending' ? null : uuidv7();
  const createdAt = new Date(session.now.getTime() - chance() * 900 * day);
  if (account !== null) rows.accounts.push({ id: account, email, created_at: createdAt });
  const profile = {
    title: 'Engineer',
    phoneNumbers: [{ value: `+49 30 ${1_000_000 + number}`, type: 'work' }],
    employeeNumber: String(number),
    ...(email === null ? {} : { emails: [{ value: email, type: 'work', primary: true }] }),
  };
  rows.members.push({
    id,
    account_id: account,
    status,
    username,
    display_name: name,
    display_name_key: identifierKey(name),
    email,
    manager_id: made.length > 0 && chance() < 0.9 ? pick(chance, made) : null,
    profile,
    created_at: createdAt,
  });
  // Some departments are much larger than others.
  const anywhere = () => Math.floor(chance() ** 2 * departments.length);
  const places = new Set([anywhere()]);
  while (chance() < 0.25) places.add(anywhere());
  for (const [order, place] of [...places].entries()) {
    rows.departments.push({
      member_id: id,
      department_id: departments[place],
      primary: order === 0,
    });
  }
  const held = new Set([roles[0], ...(chance() < 0.2 ? [pick(chance, roles)] : [])]);
  for (const role of held) rows.roles.push({ member_id: id, role_id: role });
  if (chance() < 0.5) rows.groups.push({ member_id: id, group_id: pick(chance, groups) });
  if (status === 'pending') addInvitations(rows, id, { chance, session });
  else if (chance() < 0.6) addInvitation(rows, id, { state: 'accepted', createdAt });
  made.push(id);
}

/** Up to three, of which the newest waits, has run out, was rejected or was revoked. */
function addInvitations(
  rows: Rows,
  member: string,
  { chance, session }: { chance: Chance; session: DirectorySession },
): void {
  const before = Math.floor(chance() * 3);
  for (let number = 0; number <= before; number++) {
    const createdAt = session.now.getTime() - (before - number) * 10 * day - chance() * 5 * day;
    const last = pick(chance, ['pending', 'pending', 'pending', 'rejected', 'revoked']);
    addInvitation(rows, member, {
      state: number === before ? last : 'revoked',
      createdAt: new Date(createdAt),
    });
  }
}

function addInvitation(
  rows: Rows,
  member: string,
  { state, createdAt }: { state: string; createdAt: Date },
): void {
  rows.invitations.push({
    id: uuidv7(),
    member_id: member,
    state,
    created_at: createdAt,
    expires_at: new Date(createdAt.getTime() + 3 * day),
  });
}

async function insert(session: DirectorySession, rows: Rows): Promise<void> {
  const db = session.em.getKysely();
  const organization = session.organization.id;
  const of = (name: keyof Rows) => sql`${JSON.stringify(rows[name])}::jsonb`;
  await sql`
    insert into account (id, managing_organization_id, email, email_key, password_hash, created_at)
    select id, ${organization}::uuid, email, lower(email), '$argon2id$v=19$m=19456,t=2,p=1$none', created_at
    from jsonb_to_recordset(${of('accounts')}) as x (id uuid, email text, created_at timestamptz)
  `.execute(db);
  await sql`
    insert into member (organization_id, id, account_id, status, username, username_key, display_name,
      display_name_key, email, email_key, external_id, manager_id, profile, profile_key, created_by,
      created_at, updated_at, activated_at)
    select ${organization}::uuid, id, account_id, status, username, username, display_name,
      display_name_key, email, email, 'external-' || username, manager_id, profile, profile,
      '{"kind":"system","name":"Roster"}', created_at, created_at,
      case when status = 'enabled' then created_at end
    from jsonb_to_recordset(${of('members')}) as x (id uuid, account_id uuid, status text,
      username text, display_name text, display_name_key text, email text, manager_id uuid,
      profile jsonb, created_at timestamptz)
  `.execute(db);
  await sql`
    insert into member_department (organization_id, member_id, department_id, "primary")
    select ${organization}::uuid, member_id, department_id, "primary"
    from jsonb_to_recordset(${of('departments')})
      as x (member_id uuid, department_id uuid, "primary" boolean)
  `.execute(db);
  await sql`
    insert into member_role (organization_id, member_id, role_id)
    select ${organization}::uuid, member_id, role_id
    from jsonb_to_recordset(${of('roles')}) as x (member_id uuid, role_id uuid)
  `.execute(db);
  await sql`
    insert into group_member (organization_id, member_id, group_id)
    select ${organization}::uuid, member_id, group_id
    from jsonb_to_recordset(${of('groups')}) as x (member_id uuid, group_id uuid)
  `.execute(db);
  await sql`
    insert into invitation (organization_id, id, member_id, token_hash, state, invited_by, created_at, expires_at)
    select ${organization}::uuid, id, member_id, id::text, state, '{"kind":"system","name":"Roster"}',
      created_at, expires_at
    from jsonb_to_recordset(${of('invitations')})
      as x (id uuid, member_id uuid, state text, created_at timestamptz, expires_at timestamptz)
  `.execute(db);
}
