import { sql } from 'kysely';
import { type DirectorySession, demand } from './session.ts';

/** A department in its place in the tree. */
export interface DepartmentView {
  id: string;
  parentId: string | null;
  name: string;
  /** Order among its siblings, ascending. */
  position: number;
  /** Members that belong to this very department. */
  memberCount: number;
  /** Members of this department and of all below it, each counted once. */
  totalMemberCount: number;
}

/** The whole tree, depth first in display order, the root at the head. */
export async function departmentTree(session: DirectorySession): Promise<DepartmentView[]> {
  demand(session, 'departments:read');
  const organization = session.organization.id;
  const { rows } = await sql<{
    id: string;
    parent_id: string | null;
    name: string;
    position: number;
    member_count: number;
    total_member_count: number;
  }>`
    with recursive tree (id, parent_id, name, position, path) as (
      select id, parent_id, name, position, array[id] from department
        where organization_id = ${organization} and parent_id is null
      union all
      select d.id, d.parent_id, d.name, d.position, t.path || d.id
        from tree t join department d on d.organization_id = ${organization} and d.parent_id = t.id
    ),
    own as (
      select department_id, count(*)::int as members from member_department
        where organization_id = ${organization} group by department_id
    ),
    total as (
      select ancestor, count(distinct md.member_id)::int as members
        from tree t cross join unnest(t.path) as ancestor
        join member_department md on md.organization_id = ${organization} and md.department_id = t.id
        group by ancestor
    )
    select t.id, t.parent_id, t.name, t.position,
      coalesce(own.members, 0) as member_count, coalesce(total.members, 0) as total_member_count
    from tree t
    left join own on own.department_id = t.id
    left join total on total.ancestor = t.id
  `.execute(session.em.getKysely());
  return depthFirst(
    rows.map((row) => ({
      id: row.id,
      parentId: row.parent_id,
      name: row.name,
      position: row.position,
      memberCount: row.member_count,
      totalMemberCount: row.total_member_count,
    })),
  );
}

function depthFirst(departments: readonly DepartmentView[]): DepartmentView[] {
  const children = Map.groupBy(departments, (department) => department.parentId);
  const ordered: DepartmentView[] = [];
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
