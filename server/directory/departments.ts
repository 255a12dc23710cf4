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
  const nodes = depthFirst(await loadNodes(session));
  const [own, repeated] = await Promise.all([
    ownCounts(session),
    repeatedMembers(
      session,
      nodes.map(({ id }) => id),
    ),
  ]);
  const counts = nodes.map(({ id }) => own.get(id) ?? 0);
  const totals = totalCounts(nodes, counts, repeated);
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

/** How many members have both departments, one next after the other in the tree's order. */
interface RepeatedMembers {
  place: number;
  previous: number;
  members: number;
}

/** Only members of several departments, so that the many of one are never sorted. */
async function repeatedMembers(
  session: DirectorySession,
  ordered: readonly string[],
): Promise<RepeatedMembers[]> {
  const organization = session.organization.id;
  const { rows } = await sql<RepeatedMembers>`
    select place, previous, count(*)::int as members
    from (
      select tree.place::int - 1 as place,
        lag(tree.place::int - 1) over (partition by x.member_id order by tree.place) as previous
      from member_department x
      join unnest(${ordered}::uuid[]) with ordinality as tree (id, place) on tree.id = x.department_id
      where x.organization_id = ${organization} and x.member_id in (
        select member_id from member_department
        where organization_id = ${organization} and not "primary")
    ) step
    where previous is not null
    group by place, previous
  `.execute(session.em.getKysely());
  return rows;
}

/**
 * Sums the counts up the tree. A member of several departments would be counted once for each; taken in
 * the tree's order, each but the first is one too many exactly from where its way up meets that of the
 * one before.
 */
function totalCounts(
  nodes: readonly DepartmentNode[],
  own: readonly number[],
  repeated: readonly RepeatedMembers[],
): number[] {
  const places = new Map(nodes.map(({ id }, place) => [id, place]));
  const parents = nodes.map(({ parentId }) => places.get(parentId ?? '') ?? 0);
  const totals = [...own];
  const add = (place: number, members: number) => {
    totals[place] = (totals[place] ?? 0) + members;
  };
  for (const { place, previous, members } of repeated) {
    // What comes later in the tree's order is never above what comes earlier.
    let [one, other] = [place, previous];
    while (one !== other) {
      if (one > other) one = parents[one] ?? 0;
      else other = parents[other] ?? 0;
    }
    add(one, -members);
  }
  for (let place = nodes.length - 1; place > 0; place--) {
    add(parents[place] ?? 0, totals[place] ?? 0);
  }
  return totals;
}
