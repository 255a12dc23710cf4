import type { Client } from './client.ts';
import { CommandError } from './command-error.ts';

// People name things; the API takes ids. An id is taken as it is.

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export interface MemberRow {
  id: string;
  name: string;
  username: string | null;
  email: string | null;
  status: string;
}

export interface DepartmentRow {
  id: string;
  parentId: string | null;
  name: string;
  totalMemberCount: number;
}

export interface RoleRow {
  id: string;
  name: string;
}

/** All members that a query matches, a page at a time. */
export async function* everyMember(
  client: Client,
  query: Record<string, string | undefined>,
): AsyncIterable<MemberRow> {
  const search = new URLSearchParams({ limit: '200' });
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) search.set(name, value);
  for (;;) {
    const page = await client.get<{ items: MemberRow[]; nextCursor: string | null }>(
      `/members?${search}`,
    );
    yield* page.items;
    if (page.nextCursor === null) return;
    search.set('cursor', page.nextCursor);
  }
}

/**
 * The id of a member, who is named by username, or by name where only one has it: who has not joined yet
 * has no username.
 */
export async function memberId(client: Client, name: string): Promise<string> {
  if (uuid.test(name)) return name;
  const wanted = fold(name);
  const called: MemberRow[] = [];
  for await (const member of everyMember(client, { search: name.slice(0, 256) })) {
    if (member.username !== null && fold(member.username) === wanted) return member.id;
    if (fold(member.name) === wanted) called.push(member);
  }
  if (called.length > 0) return only(called, 'member', name);
  throw new CommandError(`There is no member with the username "${name}".`);
}

/**
 * The id of a department, which is named by its path below the root (`R&D/Platform`), or by its name
 * where only one has it.
 */
export async function departmentId(client: Client, name: string): Promise<string> {
  if (uuid.test(name)) return name;
  return departmentNamed(await departmentTree(client), name);
}

export async function departmentTree(client: Client): Promise<readonly DepartmentRow[]> {
  const { departments } = await client.get<{ departments: DepartmentRow[] }>('/departments');
  return departments;
}

/** As `departmentId`, in a tree that is there already. */
export function departmentNamed(departments: readonly DepartmentRow[], name: string): string {
  const paths = pathsOf(departments);
  const byPath = departments.filter(({ id }) => paths.get(id) === fold(name));
  if (byPath.length === 1) return byPath[0]?.id ?? '';
  return only(
    departments.filter((department) => fold(department.name) === fold(name)),
    'department',
    name,
  );
}

/** The path of each department, folded; the root has its name alone. */
function pathsOf(departments: readonly DepartmentRow[]): Map<string, string> {
  const paths = new Map<string, string>();
  const roots = new Set<string | null>();
  // Depth first: a parent comes before its children.
  for (const { id, parentId, name } of departments) {
    if (parentId === null) roots.add(id);
    const above = parentId === null || roots.has(parentId) ? '' : `${paths.get(parentId)}/`;
    paths.set(id, above + fold(name));
  }
  return paths;
}

/** The id of the root department. */
export async function rootDepartment(client: Client): Promise<string> {
  return rootOf(await departmentTree(client));
}

export function rootOf(departments: readonly DepartmentRow[]): string {
  return departments.find(({ parentId }) => parentId === null)?.id ?? '';
}

export async function roleId(client: Client, name: string): Promise<string> {
  if (uuid.test(name)) return name;
  return roleNamed(await allRoles(client), name);
}

export async function allRoles(client: Client): Promise<readonly RoleRow[]> {
  const { roles } = await client.get<{ roles: RoleRow[] }>('/roles');
  return roles;
}

/** As `roleId`, among roles that are there already. */
export function roleNamed(roles: readonly RoleRow[], name: string): string {
  return only(
    roles.filter((role) => fold(role.name) === fold(name)),
    'role',
    name,
  );
}

/** The id of something that is listed with its name: a token, a key, a service account. */
export async function listedId(
  client: Client,
  list: string,
  kind: string,
  name: string,
): Promise<string> {
  if (uuid.test(name)) return name;
  const { items } = await client.get<{ items: { id: string; name: string }[] }>(list);
  return only(
    items.filter((item) => fold(item.name) === fold(name)),
    kind,
    name,
  );
}

function only(found: readonly { id: string }[], kind: string, name: string): string {
  const [first, second] = found;
  if (first === undefined) throw new CommandError(`There is no ${kind} "${name}".`);
  if (second !== undefined) {
    throw new CommandError(`More than one ${kind} is called "${name}": name it by its id.`);
  }
  return first.id;
}

/** What names are compared by. */
export function fold(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
