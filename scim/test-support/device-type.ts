import type { ResourceTypeDeclaration } from '../schemas/resource-type.ts';

export const deviceUrn = 'urn:example:params:scim:schemas:Device';
export const warrantyUrn = 'urn:example:params:scim:schemas:extension:warranty:1.0:Device';

/** A resource type with an attribute of every type and characteristic, and a required extension. */
export const deviceType: ResourceTypeDeclaration = {
  name: 'Device',
  endpoint: '/Devices',
  description: 'A device that somebody uses',
  schema: {
    id: deviceUrn,
    name: 'Device',
    attributes: [
      {
        name: 'serial',
        required: true,
        caseExact: true,
        mutability: 'immutable',
        uniqueness: 'server',
      },
      { name: 'label', maxLength: 20 },
      { name: 'ports', type: 'integer' },
      { name: 'weight', type: 'decimal' },
      { name: 'bought', type: 'dateTime' },
      { name: 'fingerprint', type: 'binary' },
      { name: 'managed', type: 'boolean' },
      { name: 'owner', type: 'reference', referenceTypes: ['User'] },
      { name: 'tags', multiValued: true },
      { name: 'pin', mutability: 'writeOnly', returned: 'never' },
      { name: 'notes', returned: 'request' },
      { name: 'state', returned: 'always' },
      { name: 'seen', type: 'dateTime', mutability: 'readOnly' },
      {
        name: 'disks',
        type: 'complex',
        multiValued: true,
        subAttributes: [
          { name: 'slot', required: true },
          { name: 'size', type: 'integer' },
          { name: 'healthy', type: 'boolean' },
          { name: 'labels', multiValued: true },
        ],
      },
    ],
  },
  extensions: [
    {
      required: true,
      schema: {
        id: warrantyUrn,
        name: 'Warranty',
        attributes: [{ name: 'until', type: 'dateTime', required: true }, { name: 'by' }],
      },
    },
  ],
};
