export const assetUrn = 'urn:example:params:scim:schemas:Asset';
export const leaseUrn = 'urn:example:params:scim:schemas:extension:lease:1.0:Asset';
export const notesUrn = 'urn:example:params:scim:schemas:extension:notes:1.0:Asset';

/** An operator's file: one resource type that has an attribute of every kind. */
export const assetTypes = {
  schemas: [
    {
      id: assetUrn,
      name: 'Asset',
      attributes: [
        {
          name: 'serial',
          required: true,
          caseExact: true,
          mutability: 'immutable',
          uniqueness: 'server',
        },
        { name: 'label', uniqueness: 'global' },
        { name: 'colour', canonicalValues: ['red', 'green'] },
        { name: 'state', returned: 'always' },
        { name: 'remark', returned: 'request' },
        { name: 'code', returned: 'never' },
        { name: 'pin', mutability: 'writeOnly', returned: 'never' },
        { name: 'seen', type: 'dateTime', mutability: 'readOnly' },
        { name: 'managed', type: 'boolean' },
        { name: 'ports', type: 'integer' },
        { name: 'weight', type: 'decimal' },
        { name: 'bought', type: 'dateTime' },
        { name: 'print', type: 'binary' },
        { name: 'manual', type: 'reference', referenceTypes: ['external'] },
        { name: 'tags', multiValued: true },
        { name: 'sizes', type: 'integer', multiValued: true },
        {
          name: 'place',
          type: 'complex',
          subAttributes: [
            { name: 'room' },
            { name: 'floor', type: 'integer' },
            { name: 'doors', multiValued: true },
          ],
        },
        {
          name: 'owner',
          type: 'complex',
          subAttributes: [
            { name: 'value', caseExact: true },
            { name: '$ref', type: 'reference', referenceTypes: ['User'] },
          ],
        },
        {
          name: 'disks',
          type: 'complex',
          multiValued: true,
          subAttributes: [
            { name: 'value', uniqueness: 'server' },
            { name: 'type', canonicalValues: ['ssd', 'hdd'] },
            { name: 'size', type: 'integer' },
            { name: 'healthy', type: 'boolean' },
            { name: 'since', type: 'dateTime' },
            { name: 'labels', multiValued: true },
            { name: 'secret', returned: 'never' },
            { name: 'primary', type: 'boolean' },
          ],
        },
      ],
    },
    {
      id: leaseUrn,
      name: 'Lease',
      attributes: [{ name: 'until', type: 'dateTime', required: true }, { name: 'lessor' }],
    },
    {
      id: notesUrn,
      name: 'Notes',
      attributes: [
        { name: 'text' },
        { name: 'entries', type: 'complex', multiValued: true, subAttributes: [{ name: 'value' }] },
      ],
    },
  ],
  resourceTypes: [
    {
      name: 'Asset',
      endpoint: '/Assets',
      description: 'Something that is lent',
      schema: assetUrn,
      schemaExtensions: [
        { schema: leaseUrn, required: true },
        { schema: notesUrn, required: false },
      ],
    },
  ],
};

const until = '2027-01-31T00:00:00Z';

/** What an asset cannot do without. */
export function newAsset(serial: string, more: Record<string, unknown> = {}) {
  return { schemas: [assetUrn, leaseUrn], serial, [leaseUrn]: { until }, ...more };
}
