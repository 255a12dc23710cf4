import type { SchemaDeclaration } from './attribute.ts';

/** RFC 7643 section 4.3. */
export const enterpriseUserSchema: SchemaDeclaration = {
  id: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  name: 'EnterpriseUser',
  description: 'Enterprise User',
  attributes: [
    {
      name: 'employeeNumber',
      description: 'A string identifier, typically numeric or alphanumeric, assigned to a person.',
    },
    { name: 'costCenter', description: 'The name of a cost center.' },
    { name: 'organization', description: 'The name of an organization.' },
    { name: 'division', description: 'The name of a division.' },
    { name: 'department', description: 'The name of a department.' },
    {
      name: 'manager',
      type: 'complex',
      description: "The user's manager.",
      subAttributes: [
        { name: 'value', description: "The id of the manager's User resource.", caseExact: true },
        {
          name: '$ref',
          type: 'reference',
          description: "The URI of the manager's User resource.",
          referenceTypes: ['User'],
        },
        {
          name: 'displayName',
          description: "The manager's display name.",
          mutability: 'readOnly',
        },
      ],
    },
  ],
};
