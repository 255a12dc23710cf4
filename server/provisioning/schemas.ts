import type { AttributeDeclaration, SchemaDeclaration } from '../../scim/schemas/attribute.ts';
import { groupType } from '../../scim/schemas/core-group.ts';
import { userType } from '../../scim/schemas/core-user.ts';
import { enterpriseUserSchema } from '../../scim/schemas/enterprise-user.ts';
import type { ResourceTypeDeclaration } from '../../scim/schemas/resource-type.ts';
import { permissions } from '../directory/index.ts';

export const enterpriseUserUrn = enterpriseUserSchema.id;
export const rosterUserUrn = 'urn:ietf:params:scim:schemas:extension:roster:2.0:User';

const display = (description: string): AttributeDeclaration => ({ name: 'display', description });

const reference = (type: string): AttributeDeclaration => ({
  name: '$ref',
  type: 'reference',
  description: `The URI of the ${type}`,
  referenceTypes: [type],
  mutability: 'readOnly',
});

/** What Roster knows of a member beyond RFC 7643: departments, roles and the status that waits for consent. */
export const rosterUserSchema: SchemaDeclaration = {
  id: rosterUserUrn,
  name: 'RosterUser',
  description: 'Departments, roles and status of a member',
  attributes: [
    {
      name: 'status',
      description: 'pending until the person accepts, then enabled or disabled, as active says',
      canonicalValues: ['pending', 'enabled', 'disabled'],
      caseExact: true,
      mutability: 'readOnly',
    },
    {
      name: 'departments',
      type: 'complex',
      multiValued: true,
      description: 'Departments that the member belongs to, the primary one first; none: the root',
      keptWhenOmitted: true,
      subAttributes: [
        { name: 'value', description: 'Id of the department', caseExact: true },
        display('Name of the department; where it is written without an id, its name or path'),
        { name: 'primary', type: 'boolean', description: 'True for the primary one' },
        reference('Department'),
      ],
    },
    {
      name: 'roles',
      type: 'complex',
      multiValued: true,
      description: 'Roles that the member holds in Roster; none: the role Member',
      keptWhenOmitted: true,
      subAttributes: [
        { name: 'value', description: 'Id of the role', caseExact: true },
        display('Name of the role; it can be written in place of an id'),
        reference('Role'),
      ],
    },
  ],
};

/** A node of the organization's tree of departments. The root is made with the organization. */
export const departmentType: ResourceTypeDeclaration = {
  name: 'Department',
  endpoint: '/Departments',
  description: "A node of the organization's tree of departments",
  schema: {
    id: 'urn:ietf:params:scim:schemas:roster:2.0:Department',
    name: 'Department',
    description: 'Department',
    attributes: [
      {
        name: 'displayName',
        description: 'The name, unique among the departments beside it',
        required: true,
      },
      {
        name: 'parent',
        type: 'complex',
        description: 'The department that it stands below; the root has none. Without it: the root',
        keptWhenOmitted: true,
        subAttributes: [
          { name: 'value', description: 'Id of the department', caseExact: true, required: true },
          { ...display('Name of the department'), mutability: 'readOnly' },
          reference('Department'),
        ],
      },
      {
        name: 'path',
        description: 'The names from the root down to its own, with a slash between',
        mutability: 'readOnly',
      },
      {
        name: 'position',
        type: 'integer',
        description: 'Place among the departments beside it, from 0 on; without it: after the last',
        keptWhenOmitted: true,
      },
    ],
  },
};

/** A named set of permissions. */
export const roleType: ResourceTypeDeclaration = {
  name: 'Role',
  endpoint: '/Roles',
  description: 'A named set of permissions',
  schema: {
    id: 'urn:ietf:params:scim:schemas:roster:2.0:Role',
    name: 'Role',
    description: 'Role',
    attributes: [
      { name: 'displayName', description: 'The name', required: true, uniqueness: 'server' },
      {
        name: 'permissions',
        multiValued: true,
        description: 'What who holds it may do; nobody grants what they do not hold',
        caseExact: true,
        canonicalValues: permissions,
        keptWhenOmitted: true,
      },
      {
        name: 'builtIn',
        type: 'boolean',
        description: 'True for a role that every organization has, which stays as it is',
        mutability: 'readOnly',
      },
    ],
  },
};

/** What Roster serves. */
export const resourceTypes: readonly ResourceTypeDeclaration[] = [
  {
    ...userType,
    extensions: [...(userType.extensions ?? []), { schema: rosterUserSchema, required: false }],
  },
  groupType,
  departmentType,
  roleType,
];
