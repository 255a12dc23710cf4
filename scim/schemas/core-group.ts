import type { SchemaDeclaration } from './attribute.ts';
import type { ResourceTypeDeclaration } from './resource-type.ts';

/** RFC 7643 section 4.2; `displayName` is required by erratum 5368. */
export const groupSchema: SchemaDeclaration = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  name: 'Group',
  description: 'Group',
  attributes: [
    {
      name: 'displayName',
      description: 'A human-readable name for the group.',
      required: true,
    },
    {
      name: 'members',
      type: 'complex',
      multiValued: true,
      description: 'The members of the group: users and groups.',
      subAttributes: [
        {
          name: 'value',
          description: 'The id of the member.',
          caseExact: true,
          required: true,
          mutability: 'immutable',
        },
        {
          name: '$ref',
          type: 'reference',
          description: 'The URI of the member.',
          referenceTypes: ['User', 'Group'],
          mutability: 'immutable',
        },
        {
          name: 'type',
          description: 'The resource type of the member.',
          canonicalValues: ['User', 'Group'],
          mutability: 'immutable',
        },
        {
          name: 'display',
          description: 'A human-readable name of the member.',
          mutability: 'readOnly',
        },
      ],
    },
  ],
};

/** Groups whose membership is a collection: it is never loaded to change it. */
export const groupType: ResourceTypeDeclaration = {
  name: 'Group',
  endpoint: '/Groups',
  description: 'Group',
  schema: groupSchema,
  collections: ['members'],
};
