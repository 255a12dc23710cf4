import type { SchemaDeclaration } from '../../scim/schemas/attribute.ts';
import { groupType } from '../../scim/schemas/core-group.ts';
import { userType } from '../../scim/schemas/core-user.ts';
import { enterpriseUserSchema } from '../../scim/schemas/enterprise-user.ts';
import type { ResourceTypeDeclaration } from '../../scim/schemas/resource-type.ts';

export const enterpriseUserUrn = enterpriseUserSchema.id;
export const rosterUserUrn = 'urn:ietf:params:scim:schemas:extension:roster:2.0:User';

/** What Roster knows of a member beyond RFC 7643: departments, roles and the status that waits for consent. */
export const rosterUserSchema: SchemaDeclaration = {
  id: rosterUserUrn,
  name: 'RosterUser',
  description: 'Departments, roles and status of a member',
  attributes: [
    {
      name: 'status',
      description: 'pending until the person accepts, then enabled or disabled',
      canonicalValues: ['pending', 'enabled', 'disabled'],
      caseExact: true,
      mutability: 'readOnly',
    },
    {
      name: 'departments',
      type: 'complex',
      multiValued: true,
      description: 'Departments that the member belongs to, the primary one first',
      mutability: 'readOnly',
      subAttributes: [
        {
          name: 'value',
          description: 'Id of the department',
          caseExact: true,
          mutability: 'readOnly',
        },
        { name: 'display', description: 'Name of the department', mutability: 'readOnly' },
        { name: 'primary', type: 'boolean', mutability: 'readOnly' },
      ],
    },
    {
      name: 'roles',
      type: 'complex',
      multiValued: true,
      description: 'Roles that the member holds in Roster',
      mutability: 'readOnly',
      subAttributes: [
        { name: 'value', description: 'Id of the role', caseExact: true, mutability: 'readOnly' },
        { name: 'display', description: 'Name of the role', mutability: 'readOnly' },
      ],
    },
  ],
};

/** What Roster serves. */
export const resourceTypes: readonly ResourceTypeDeclaration[] = [
  {
    ...userType,
    extensions: [...(userType.extensions ?? []), { schema: rosterUserSchema, required: false }],
  },
  groupType,
];
