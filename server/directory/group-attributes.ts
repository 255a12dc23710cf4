import { sql } from 'kysely';
import type { AttributeTable } from './filter-sql.ts';

/** The attributes of a group that a filter or a sort can name. `g` is the group's row. */
export const groupAttributes: AttributeTable = {
  id: { type: 'uuid', column: sql`g.id` },
  displayName: { type: 'folded', column: sql`g.display_name`, key: sql`g.display_name_key` },
  externalId: { type: 'exact', column: sql`g.external_id` },
  createdAt: { type: 'time', column: sql`g.created_at` },
  updatedAt: { type: 'time', column: sql`g.updated_at` },
  version: { type: 'exact', column: sql`g.version::text` },
  members: {
    type: 'many',
    from: sql`(
      select x.organization_id, x.group_id, x.member_id as id, 'User' as type,
        p.display_name, p.display_name_key
      from group_member x join member p
        on p.organization_id = x.organization_id and p.id = x.member_id
      union all
      select x.organization_id, x.parent_id, x.child_id, 'Group', p.display_name, p.display_name_key
      from nested_group x join directory_group p
        on p.organization_id = x.organization_id and p.id = x.child_id
    ) as gm`,
    on: sql`gm.organization_id = g.organization_id and gm.group_id = g.id`,
    of: {
      value: { type: 'uuid', column: sql`gm.id` },
      type: { type: 'folded', column: sql`gm.type` },
      display: {
        type: 'folded',
        column: sql`gm.display_name`,
        key: sql`gm.display_name_key`,
      },
    },
  },
};
