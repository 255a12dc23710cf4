import { sql } from 'kysely';
import { type DirectorySession, demand } from './session.ts';

/** A department in its place in the tree. */
export interface DepartmentNode {
  id: string;
  /** Null for the root only. */
  parentId: string | null;
  name: string;
  /** Order among its siblings, from 0 on. */
  position: number;
  /** Grows with each change of the department itself, not of its members or its siblings. */
  version: number;
}

export interface DepartmentView extends DepartmentNode {
  /** Members that belong to this very department. */
  memberCount: number;
  /** Members of this department and of all below it, each counted once. */
  totalMemberCount: number;
}

/** The whole tree, depth first in display order, the root at the head. */
export async function departmentTree(session: DirectorySession): Promise<DepartmentView[]> {
  demand(session, 'departments:read');
  const [loaded, own, several] = await Promise.all([
    loadNodes(session),
    ownCounts(session),
    severalDepartments(session),
  ]);
  const nodes = depthFirst(loaded);
  const counts = nodes.map(({ id }) => own.get(id) ?? 0);
  const totals = totalCounts(nodes, counts, several);
  return nodes.map((node, place) => ({
    ...node,
    memberCount: counts[place] ?? 0,
    totalMemberCount: totals[place] ?? 0,
  }));
}

async function loadNodes(session: DirectorySession): Promise<DepartmentNode[]> {
  const { rows } = await sql<Omit<DepartmentNode, 'parentId'> & { parent_id: string | null }>`
    select id, parent_id, name, position, version from department
    where organization_id = ${session.organization.id}
  `.execute(session.em.getKysely());
  return rows.map(({ parent_id, ...row }) => ({ ...row, parentId: parent_id }));
}

function depthFirst(departments: readonly DepartmentNode[]): DepartmentNode[] {
  const children = Map.groupBy(departments, (department) => department.parentId);
  const ordered: DepartmentNode[] = [];
  // A stack instead of recursion: depth is the organization's choice.
  const stack = [...(children.get(null) ?? [])];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    ordered.push(next);
    const below = (children.get(next.id) ?? []).toSorted(
      (a, b) => b.position - a.position || (a.id < b.id ? 1 : -1),
    );
    stack.push(...below);
  }
  return ordered;
}

async function ownCounts(session: DirectorySession): Promise<Map<string, number>> {
  const { rows } = await sql<{ department_id: string; members: number }>`
    select department_id, count(*)::int as members from member_department
    where organization_id = ${session.organization.id} group by department_id
  `.execute(session.em.getKysely());
  return new Map(rows.map((row) => [row.department_id, row.members]));
}

/** Which departments the members of several have. */
interface SeveralDepartments {
  ids: string[];
  /** Which of the ids each such member has, one member after the other, each ended by -1. */
  members: number[];
}

/** Only members of several departments, as short numbers: they are many, and ids are long. */
async function severalDepartments(session: DirectorySession): Promise<SeveralDepartments> {
  const organization = session.organization.id;
  const { rows } = await sql<{ ids: string[] | null; members: string | null }>`
    with numbered (id, number) as materialized (
      select id, row_number() over (order by id) - 1 from department
      where organization_id = ${organization}
    ),
    further as (
      select x.member_id, string_agg(n.number::text, ',') as numbers
      from member_department x join numbered n on n.id = x.department_id
      where x.organization_id = ${organization} and not x."primary"
      group by x.member_id
    )
    select (select json_agg(id order by number) from numbered) as ids,
      (select string_agg(n.number || ',' || f.numbers, ',-1,')
        from further f
        join member_department x on x.member_id = f.member_id
        join numbered n on n.id = x.department_id
        where x.organization_id = ${organization} and x."primary") as members
  `.execute(session.em.getKysely());
  const { ids, members } = rows[0] ?? {};
  return { ids: ids ?? [], members: members == null ? [] : JSON.parse(`[${members},-1]`) };
}

/**
 * Sums the counts up the tree. A member of several departments would be counted once for each; taken in
 * the tree's order, each but the first is one too many exactly from where its way up meets that of the
 * one before.
 */
function totalCounts(
  nodes: readonly DepartmentNode[],
  own: readonly number[],
  several: SeveralDepartments,
): number[] {
  const places = new Map(nodes.map(({ id }, place) => [id, place]));
  const parents = nodes.map(({ parentId }) => places.get(parentId ?? '') ?? 0);
  const totals = [...own];
  const add = (place: number, members: number) => {
    totals[place] = (totals[place] ?? 0) + members;
  };
  // A department that came or went between the queries has no place, or no number: its members wait.
  const placeOf = several.ids.map((id) => places.get(id));
  const ordered: number[] = [];
  for (const number of several.members) {
    if (number >= 0) {
      const place = placeOf[number];
      if (place !== undefined) ordered.push(place);
      continue;
    }
    // Two meet in the same place either way.
    if (ordered.length > 2) ordered.sort((a, b) => a - b);
    for (let next = 1; next < ordered.length; next++) {
      add(meeting(parents, ordered[next - 1] ?? 0, ordered[next] ?? 0), -1);
    }
    ordered.length = 0;
  }
  for (let place = nodes.length - 1; place > 0; place--) {
    add(parents[place] ?? 0, totals[place] ?? 0);
  }
  return totals;
}

/** Where the ways up of two departments meet. */
function meeting(parents: readonly number[], one: number, other: number): number {
  // What comes later in the tree's order is never above what comes earlier.
  let [a, b] = [one, other];
  while (a !== b) {
    if (a > b) a = parents[a] ?? 0;
    else b = parents[b] ?? 0;
  }
  return a;
}
