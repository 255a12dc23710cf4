import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assetTypes } from '../../test/support/asset-types.ts';
import { OperatorTypesError, readOperatorTypes } from './operator-types.ts';

const schema = { id: 'urn:example:Device', name: 'Device', attributes: [{ name: 'serial' }] };
const type = { name: 'Device', endpoint: '/Devices', schema: schema.id };
const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User';

function read(content: unknown) {
  const path = join(mkdtempSync(join(tmpdir(), 'roster-types-')), 'types.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return readOperatorTypes(path);
}

describe('readOperatorTypes', () => {
  it('reads a file with every kind of attribute', () => {
    expect(read(assetTypes)).toMatchObject([{ name: 'Asset', endpoint: '/Assets' }]);
  });

  it.each<[string, unknown]>([
    ['JSON', '{"schemas": ['],
    ['the file must be an object', []],
    [
      'schemas[0].attributes[0].type must be one of',
      { schemas: [{ ...schema, attributes: [{ name: 'x', type: 'text' }] }] },
    ],
    [
      'resourceTypes[0].schema: the schema urn:x is not declared',
      { resourceTypes: [{ ...type, schema: 'urn:x' }] },
    ],
    [
      'resourceTypes[0].name: user is built in; it can be neither replaced nor extended',
      {
        schemas: [schema],
        resourceTypes: [{ ...type, name: 'user', schemaExtensions: [{ schema: schema.id }] }],
      },
    ],
    [
      `schemas[0].id: ${userUrn} is built in`,
      { schemas: [{ ...schema, id: userUrn }], resourceTypes: [{ ...type, schema: userUrn }] },
    ],
    [
      'schemas[1].id: urn:example:device is declared twice',
      { schemas: [schema, { ...schema, id: 'urn:example:device' }] },
    ],
    [
      'The resource type Device at /Users is taken',
      { schemas: [schema], resourceTypes: [{ ...type, endpoint: '/Users' }] },
    ],
    [
      'The resource type Device at /Bulk is taken',
      { schemas: [schema], resourceTypes: [{ ...type, endpoint: '/Bulk' }] },
    ],
    [
      'the endpoint /devices must begin with a capital letter',
      { schemas: [schema], resourceTypes: [{ ...type, endpoint: '/devices' }] },
    ],
    [
      'serial: what is never returned cannot be unique',
      {
        schemas: [
          { ...schema, attributes: [{ name: 'serial', returned: 'never', uniqueness: 'server' }] },
        ],
        resourceTypes: [type],
      },
    ],
  ])('refuses in one line: %s', (message, content) => {
    expect(() => read(content)).toThrow(OperatorTypesError);
    expect(() => read(content)).toThrow(message);
    expect(() => read(content)).not.toThrow(/\n/);
  });

  it('refuses a file that is not there', () => {
    expect(() => readOperatorTypes('/nowhere/types.json')).toThrow('/nowhere/types.json: ENOENT');
  });
});
